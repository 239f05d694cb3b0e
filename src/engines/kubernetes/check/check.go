// Package check says what the Kubernetes API server would say to a manifest: it decodes strictly, fills in
// the defaults and validates with Kubernetes' own code, and keeps every value of the object inside.
package check

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/klog/v2"
	"sigs.k8s.io/yaml"
)

// Kubernetes' log quotes values, and what a program prints may be shown when it dies.
func init() { klog.SetLogger(logr.Discard()) }

// verdict is what one kind found out about one object. Errors and warnings are still Kubernetes' own: they
// quote values, and become Problems before they leave.
type verdict struct {
	defaulted json.RawMessage
	decoding  []Problem
	errors    field.ErrorList
	warnings  []string
}

// manifestKind is one kind of the API, whatever its Go types.
type manifestKind interface {
	check(manifest, old []byte) verdict
	versioned() reflect.Type
}

// check answers supported: false for a kind it does not know, and when validation itself breaks down.
func check(request Request) (answer Answer) {
	defer func() {
		if recover() != nil {
			answer = unsupported()
		}
	}()
	manifest, unreadable := manifestJSON(request)
	if unreadable != nil {
		return Answer{Supported: true, Decoding: unreadable, Errors: []Problem{}, Warnings: []Problem{}}
	}
	kind := kinds[groupVersionKind(manifest)]
	if kind == nil {
		return unsupported()
	}
	var old []byte
	if groupVersionKind(request.Old) == groupVersionKind(manifest) {
		old = request.Old
	}
	return answerOf(kind, kind.check(manifest, old), request.Text)
}

func unsupported() Answer {
	return Answer{Decoding: []Problem{}, Errors: []Problem{}, Warnings: []Problem{}}
}

// manifestJSON prefers the value that the caller holds; the text alone is read as kubectl reads it (YAML 1.1).
func manifestJSON(request Request) ([]byte, []Problem) {
	if len(request.Object) > 0 && !bytes.Equal(request.Object, []byte("null")) {
		return request.Object, nil
	}
	manifest, err := yaml.YAMLToJSON([]byte(request.Text))
	if err != nil {
		return nil, []Problem{{Type: typeDecode, Detail: "this is not YAML that Kubernetes can read"}}
	}
	return manifest, nil
}

func groupVersionKind(manifest []byte) schema.GroupVersionKind {
	var typed metav1.TypeMeta
	if json.Unmarshal(manifest, &typed) != nil {
		return schema.GroupVersionKind{}
	}
	return typed.GroupVersionKind()
}

func answerOf(kind manifestKind, found verdict, text string) Answer {
	root := kind.versioned()
	answer := Answer{Supported: true, Defaulted: found.defaulted, Errors: []Problem{}, Warnings: []Problem{}}
	answer.Decoding = sorted(append(found.decoding, duplicateKeys(text, root)...))
	for _, err := range found.errors {
		answer.Errors = append(answer.Errors, problemOfError(root, err))
	}
	for _, warning := range found.warnings {
		answer.Warnings = append(answer.Warnings, problemOfWarning(root, warning))
	}
	answer.Errors, answer.Warnings = sorted(answer.Errors), sorted(answer.Warnings)
	return answer
}
