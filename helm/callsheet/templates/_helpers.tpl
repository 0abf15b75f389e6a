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

{{/* Ends the installation where a connector's secret is half given, in a sentence: the schema could only say that it is. Takes name and secret. */}}
{{- define "callsheet.whole" -}}
{{- $place := printf "connectors.%s.secret" .name -}}
{{- if and .secret.existing (not .secret.keys) -}}
{{- fail (printf "%s.existing names a Secret, and no keys say what to take from it: %s.keys, as VARIABLE: key in the Secret" $place $place) -}}
{{- else if and .secret.keys (not .secret.existing) -}}
{{- fail (printf "%s.keys name keys of a Secret, and %s.existing does not say of which" $place $place) -}}
{{- else if and .secret.existing .secret.values -}}
{{- fail (printf "%s has existing and values: name the Secret that is there, or give values, and take the other away" $place) -}}
{{- end -}}
{{- end }}

{{/* Ends the installation where a plain variable is named as secrets are. Takes settings, and secret: where it goes. */}}
{{- define "callsheet.plain" -}}
{{- range $variable, $_ := .settings -}}
{{- if eq $variable "CALLSHEET_LISTEN" -}}
{{- fail "CALLSHEET_LISTEN is set by the chart, and its probes and Service rely on it: take it away; the Service's port is service.port" -}}
{{- else if regexMatch "(_TOKEN|_SECRET|_PASSWORD|_API_KEY|_SSH_KEY|^APPRISE_[A-Z]+_URL)$" $variable -}}
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
