package check

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// hidden stands where a value of the object would be.
const hidden = "…"

// place is how far a field path could be followed along the Go type of the object. The path holds only names
// of API fields, list indices and known resource names: whatever else Kubernetes wrote there came from the user.
type place struct {
	path string
	kind reflect.Type // nil: the field is known by name only
}

var (
	listIndex = regexp.MustCompile(`^\[[0-9]+\]`)
	mapKey    = regexp.MustCompile(`^\[([^\[\]]*)\]`)
	pathName  = regexp.MustCompile(`^\.?[^.\[]+`)
	plainKey  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,62}$`)
)

// follow walks the path and answers what it could not follow as the rest.
func follow(root reflect.Type, path string) (at place, rest string) {
	at, rest = place{kind: root}, path
	for rest != "" {
		next, length := step(at, rest)
		if length == 0 {
			return at, rest
		}
		at, rest = next, rest[length:]
		if strings.HasSuffix(at.path, hidden+"]") {
			return at, ""
		}
	}
	return at, ""
}

func step(at place, rest string) (place, int) {
	if !strings.HasPrefix(rest, "[") {
		name := pathName.FindString(rest)
		next, known := at.field(strings.TrimPrefix(name, "."))
		if !known {
			return at, 0
		}
		return next, len(name)
	}
	switch kindOfType(at.kind) {
	case reflect.Slice:
		if index := listIndex.FindString(rest); index != "" {
			return at.element(index), len(index)
		}
	case reflect.Map:
		if key := mapKey.FindStringSubmatch(rest); key != nil {
			return at.key(key[1], key[0]), len(key[0])
		}
		return at.key(hidden, ""), len(rest)
	}
	return at, 0
}

func (p place) field(name string) (place, bool) {
	path := name
	if p.path != "" {
		path = p.path + "." + name
	}
	switch kindOfType(p.kind) {
	case reflect.Struct:
		if kind, known := fieldsOf(indirect(p.kind))[name]; known {
			return place{path, kind}, true
		}
	case reflect.Map:
		return p.key(name, "."+name), true
	}
	if _, known := slices.BinarySearch(pathNames, name); known {
		return place{path: path}, true
	}
	return p, false
}

func (p place) element(index string) place { return place{p.path + index, indirect(p.kind).Elem()} }

// Keys of a map are the user's words, except the resource names that Kubernetes defines.
func (p place) key(key, written string) place {
	kind := indirect(p.kind)
	if kind.Key().Name() != "ResourceName" || !isConstant(key) {
		written = "[" + hidden + "]"
	}
	return place{p.path + written, kind.Elem()}
}

// unknown appends the name of a field that the API does not have, so that it can be found and spelt right.
func (p place) unknown(name string) string {
	if name = strings.TrimPrefix(name, "."); !plainKey.MatchString(name) {
		return p.path
	}
	return strings.TrimPrefix(p.path+"."+name, ".")
}

func indirect(kind reflect.Type) reflect.Type {
	for kind != nil && kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	return kind
}

func kindOfType(kind reflect.Type) reflect.Kind {
	if kind = indirect(kind); kind == nil {
		return reflect.Invalid
	}
	return kind.Kind()
}

var fieldsOfType = map[reflect.Type]map[string]reflect.Type{}

// fieldsOf lists a struct's fields by their JSON names, those of inlined structs included.
func fieldsOf(kind reflect.Type) map[string]reflect.Type {
	if fields, known := fieldsOfType[kind]; known {
		return fields
	}
	fields := map[string]reflect.Type{}
	for i := range kind.NumField() {
		member := kind.Field(i)
		name, _, _ := strings.Cut(member.Tag.Get("json"), ",")
		if name == "" && member.Anonymous {
			for inlined, of := range fieldsOf(indirect(member.Type)) {
				fields[inlined] = of
			}
		} else if name != "" && name != "-" {
			fields[name] = member.Type
		}
	}
	fieldsOfType[kind] = fields
	return fields
}
