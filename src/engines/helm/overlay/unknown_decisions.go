package template

import "reflect"

// decisions are functions with an answer of their own for what is not wholly known.
var decisions map[string]func(argv []reflect.Value) (reflect.Value, bool)

// shallow are those that look no deeper than their answer needs: into all there is, where a template is given the
// whole context, it takes long.
var shallow = words(`default coalesce ternary empty not hasKey get index dig kindIs typeIs kindOf typeOf typeIsLike keys`)

func init() {
	decisions = map[string]func([]reflect.Value) (reflect.Value, bool){
		"default": decideDefault, "coalesce": decideCoalesce, "ternary": decideTernary, "empty": decideEmpty, "not": decideEmpty,
		"hasKey": decideKey, "get": decideKey, "index": decideIndex, "dig": decideDig, "pick": decidePick,
		"kindIs": decideKind, "typeIs": decideKind, "kindOf": decideKind, "typeOf": decideKind, "typeIsLike": decideKind,
		"has": decideHas, "mustHas": decideHas, "fromYaml": decideParse, "fromJson": decideParse, "keys": decideKeys,
	}
}

// unfit is the answer where the arguments are none that the function takes: they may be, where one is not known.
func unfit(argv []reflect.Value) (reflect.Value, bool) {
	if someUnknown(argv) {
		return unknownValue, true
	}
	return zero, false
}

func decideDefault(argv []reflect.Value) (reflect.Value, bool) {
	given := argv[len(argv)-1]
	if isUndecided(given) {
		return unknownValue, true
	}
	return zero, false
}

func decideCoalesce(argv []reflect.Value) (reflect.Value, bool) {
	for _, arg := range argv {
		if isUndecided(arg) {
			return unknownValue, true
		}
		if v := concrete(arg); v.IsValid() {
			if truth, ok := isTrue(v); ok && truth {
				return zero, false
			}
		}
	}
	return zero, false
}

func decideTernary(argv []reflect.Value) (reflect.Value, bool) {
	if holdsUnknown(argv[len(argv)-1], 1) {
		return unknownValue, true
	}
	return zero, false
}

// decideEmpty serves all that asks whether a value is empty.
func decideEmpty(argv []reflect.Value) (reflect.Value, bool) {
	if isUndecided(argv[0]) {
		return unknownValue, true
	}
	return zero, false
}

func decideKey(argv []reflect.Value) (reflect.Value, bool) {
	m, key := concrete(argv[0]), concrete(argv[1])
	if !m.IsValid() || m.Kind() != reflect.Map || IsTainted(key.String()) {
		return unfit(argv)
	}
	if !m.MapIndex(key.Convert(m.Type().Key())).IsValid() && isOpen(m) {
		return unknownValue, true
	}
	return zero, false
}

func decideIndex(argv []reflect.Value) (reflect.Value, bool) {
	at := concrete(argv[0])
	for _, arg := range argv[1:] {
		key := concrete(arg)
		if !at.IsValid() || at.Kind() == reflect.String && IsTainted(at.String()) || holdsUnknown(key, 1) {
			return unfit(argv)
		}
		switch at.Kind() {
		case reflect.Map:
			if key.Kind() != reflect.String {
				return zero, false
			}
			next := at.MapIndex(key.Convert(at.Type().Key()))
			if !next.IsValid() && isOpen(at) {
				return unknownValue, true
			}
			at = concrete(next)
		case reflect.Slice, reflect.Array:
			for i := range at.Len() {
				if isUnknownItem(at.Index(i)) {
					return unknownValue, true
				}
			}
			return zero, false
		default:
			return zero, false
		}
	}
	return zero, false
}

func decideDig(argv []reflect.Value) (reflect.Value, bool) {
	at := concrete(argv[len(argv)-1])
	for _, arg := range argv[:len(argv)-2] {
		key := concrete(arg)
		if !at.IsValid() || at.Kind() == reflect.String || holdsUnknown(key, 1) {
			return unfit(argv)
		}
		if at.Kind() != reflect.Map {
			return zero, false
		}
		next := at.MapIndex(key.Convert(at.Type().Key()))
		if !next.IsValid() {
			if isOpen(at) {
				return unknownValue, true
			}
			return zero, false
		}
		at = concrete(next)
	}
	return zero, false
}

// decidePick keeps a map open: a key that it is to take may be among those that do not show.
func decidePick(argv []reflect.Value) (reflect.Value, bool) {
	m := concrete(argv[0])
	if !m.IsValid() || m.Kind() != reflect.Map {
		return unknownValue, true
	}
	picked := map[string]any{}
	for _, arg := range argv[1:] {
		key := concrete(arg).String()
		if found := m.MapIndex(reflect.ValueOf(key).Convert(m.Type().Key())); found.IsValid() {
			picked[key] = found.Interface()
		}
	}
	if isOpen(m) {
		picked[Token] = Token
	}
	return reflect.ValueOf(picked), true
}

func decideKind(argv []reflect.Value) (reflect.Value, bool) {
	for _, arg := range argv {
		if v := concrete(arg); v.IsValid() && v.Kind() == reflect.String && onlyTokens(v.String()) {
			return unknownValue, true
		}
	}
	return zero, false
}

func decideHas(argv []reflect.Value) (reflect.Value, bool) {
	list := concrete(argv[1])
	if holdsUnknown(argv[0], 4) || !list.IsValid() || list.Kind() != reflect.Slice && list.Kind() != reflect.Array {
		return unknownValue, true
	}
	wanted := concrete(argv[0])
	for i := range list.Len() {
		item := concrete(list.Index(i))
		if wanted.IsValid() && item.IsValid() && reflect.DeepEqual(wanted.Interface(), item.Interface()) {
			return reflect.ValueOf(true), true
		}
	}
	return unknownValue, true
}

// decideParse mends the text first, so that unknown lines become keys that show the map to be open.
func decideParse(argv []reflect.Value) (reflect.Value, bool) {
	text := concrete(argv[0])
	if ParseUnknown == nil || !text.IsValid() || text.Kind() != reflect.String {
		return unknownValue, true
	}
	parsed, ok := ParseUnknown(text.String())
	if !ok {
		return unknownValue, true
	}
	return reflect.ValueOf(parsed), true
}

// ParseUnknown reads YAML or JSON that holds unknowns.
var ParseUnknown func(text string) (map[string]any, bool)

func decideKeys(argv []reflect.Value) (reflect.Value, bool) {
	for _, arg := range argv {
		v := concrete(arg)
		if !v.IsValid() || v.Kind() != reflect.Map {
			return unfit(argv)
		}
		if isOpen(v) {
			return unknownValue, true
		}
	}
	return zero, false
}
