package openapi

import "sigs.k8s.io/kustomize/kyaml/openapi/internal/builtinopenapi"

// builtin is the schema that travels with Kustomize, once it was read.
var builtin *builtinopenapi.Bundle

// Begin forgets the schemas of earlier builds.
func Begin() {
	ResetOpenAPI()
}

func builtinBundle(compressed []byte) (*builtinopenapi.Bundle, error) {
	if builtin == nil {
		bundle, err := decodeBuiltinBundle(compressed)
		if err != nil {
			return nil, err
		}
		builtin = bundle
	}
	return builtin, nil
}
