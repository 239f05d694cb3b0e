package check

import (
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v2"
)

// sameValue is what is said of a key whose values agree, so that it does not matter which one counts.
const sameValue = "this key is set more than once, to the same value"

// duplicateKeys finds the keys that a YAML text sets more than once, which a JSON value no longer shows.
// Kubernetes' own message for them has a line and no field.
func duplicateKeys(text string, root reflect.Type) []Problem {
	var document yaml.MapSlice
	if text == "" || yaml.Unmarshal([]byte(text), &document) != nil {
		return nil
	}
	return duplicatesIn(document, place{kind: root})
}

func duplicatesIn(value any, at place) (problems []Problem) {
	switch value := value.(type) {
	case []any:
		if kindOfType(at.kind) != reflect.Slice {
			return nil
		}
		for i, element := range value {
			problems = append(problems, duplicatesIn(element, at.element(fmt.Sprintf("[%d]", i)))...)
		}
	case yaml.MapSlice:
		if at.kind == nil {
			return nil
		}
		problems = duplicateMembers(value, at)
	}
	return problems
}

func duplicateMembers(members yaml.MapSlice, at place) (problems []Problem) {
	seen := map[string]any{}
	for _, member := range members {
		name := fmt.Sprint(member.Key)
		next, known := at.field(name)
		if !known {
			next = place{path: at.unknown(name)}
		}
		if before, twice := seen[name]; twice {
			detail := "this key is set more than once"
			if reflect.DeepEqual(before, member.Value) {
				detail = sameValue
			}
			problems = append(problems, Problem{typeDuplicateField, next.path, detail})
		}
		seen[name] = member.Value
		problems = append(problems, duplicatesIn(member.Value, next)...)
	}
	return problems
}
