package satchel

import _ "embed"

// OpenAPI is the contract of the API, as it is served at /openapi.yaml.
//
//go:embed openapi.yaml
var OpenAPI []byte
