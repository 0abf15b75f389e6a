{{- define "callsheet.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "callsheet.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $whole := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{ default $whole .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "callsheet.selector" -}}
app.kubernetes.io/name: {{ include "callsheet.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "callsheet.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "callsheet.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "callsheet.claim" -}}
{{ default (include "callsheet.fullname" .) .Values.persistence.existingClaim }}
{{- end }}

{{/* Ends the installation where a plain variable is named as secrets are. Takes settings, and secret: where it goes. */}}
{{- define "callsheet.plain" -}}
{{- range $variable, $_ := .settings -}}
{{- if regexMatch "(_TOKEN|_SECRET|_PASSWORD|_API_KEY|_SSH_KEY|^APPRISE_[A-Z]+_URL)$" $variable -}}
{{- fail (printf "%s is a secret, and whoever may read the Deployment would see it among the settings: put it into %s" $variable $.secret) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* The Secret of a connector: the one that is there, or ours. Takes root, name and secret. */}}
{{- define "callsheet.secret" -}}
{{ default (printf "%s-%s" (include "callsheet.fullname" .root) .name) .secret.existing }}
{{- end }}

{{/* The secrets of a connector as JSON, variable to key in its Secret: ours are named by their variables. */}}
{{- define "callsheet.keys" -}}
{{- $keys := dict -}}
{{- if .existing -}}
{{- $keys = .keys -}}
{{- else -}}
{{- range $variable, $_ := .values }}{{ $_ := set $keys $variable $variable }}{{ end -}}
{{- end -}}
{{ toJson $keys }}
{{- end }}

{{/* Where an Ingress leads. */}}
{{- define "callsheet.backend" -}}
service:
  name: {{ include "callsheet.fullname" . }}
  port:
    name: http
{{- end }}
