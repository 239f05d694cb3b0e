package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	strictjson "sigs.k8s.io/json"
)

// Problem types of decoding; Kubernetes has no names for these.
const (
	typeDecode         = "Decode"
	typeUnknownField   = "UnknownField"
	typeDuplicateField = "DuplicateField"
)

func strictProblems(strict []error, root reflect.Type) (problems []Problem) {
	for _, err := range strict {
		named, ok := err.(strictjson.FieldError)
		if !ok {
			continue
		}
		at, rest := follow(root, named.FieldPath())
		problem := Problem{Type: typeUnknownField, Field: at.path, Detail: "unknown field"}
		if rest != "" {
			problem.Field = at.unknown(rest)
		}
		if strings.HasPrefix(err.Error(), "duplicate") {
			problem.Type, problem.Detail = typeDuplicateField, "this key is set more than once"
		}
		problems = append(problems, problem)
	}
	return problems
}

// undecodable finds the field that made decoding fail: the decoder's own error names neither list indices nor,
// for quantities and durations, any field at all.
func undecodable(manifest []byte, root reflect.Type) Problem {
	if at, detail := misfit(manifest, place{kind: root}); detail != "" {
		return Problem{Type: typeDecode, Field: at, Detail: detail}
	}
	return Problem{Type: typeDecode, Detail: "this object cannot be decoded"}
}

// misfit answers the first field, by name, whose JSON does not fit its Go type. No detail: all of it fits.
func misfit(raw json.RawMessage, at place) (path, detail string) {
	kind := indirect(at.kind)
	if kind == nil || string(raw) == "null" {
		return "", ""
	}
	if isLeaf(kind) {
		if err := strictjson.UnmarshalCaseSensitivePreserveInts(raw, reflect.New(kind).Interface()); err != nil {
			return at.path, misfitWords(err, raw, kind)
		}
		return "", ""
	}
	if kind.Kind() == reflect.Slice {
		return misfitElement(raw, at)
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return at.path, cannotUnmarshal(raw, kind)
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if next, known := at.field(name); known {
			if path, detail = misfit(members[name], next); detail != "" {
				return path, detail
			}
		}
	}
	return "", ""
}

func misfitElement(raw json.RawMessage, at place) (path, detail string) {
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		return at.path, cannotUnmarshal(raw, indirect(at.kind))
	}
	for i, element := range elements {
		if path, detail = misfit(element, at.element(fmt.Sprintf("[%d]", i))); detail != "" {
			return path, detail
		}
	}
	return "", ""
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

func isLeaf(kind reflect.Type) bool {
	if reflect.PointerTo(kind).Implements(unmarshaler) {
		return true
	}
	switch kind.Kind() {
	case reflect.Struct, reflect.Map:
		return false
	case reflect.Slice:
		return kind.Elem().Kind() == reflect.Uint8
	}
	return true
}

func misfitWords(err error, raw json.RawMessage, kind reflect.Type) string {
	if words, known := ownWords(err.Error()); known {
		return words
	}
	return cannotUnmarshal(raw, kind)
}

func cannotUnmarshal(raw json.RawMessage, kind reflect.Type) string {
	return fmt.Sprintf("cannot unmarshal %s into Go value of type %s", jsonKind(raw), kind)
}

func jsonKind(raw json.RawMessage) string {
	switch raw[0] {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "bool"
	}
	return "number"
}
