"""All that a connector may see, together with `callsheet.model`: ports, errors, options, HTTP rules, registry."""
