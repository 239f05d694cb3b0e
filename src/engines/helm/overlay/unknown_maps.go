package template

import "reflect"

// changeMap does what changes a map in place, where what is put in, or whether it is, is not known.
func (s *state) changeMap(name string, argv []reflect.Value) (reflect.Value, bool) {
	maps := make([]map[string]any, 0, len(argv))
	for _, arg := range argv {
		if m, ok := asMap(arg); ok {
			maps = append(maps, m)
		}
	}
	if len(maps) == 0 {
		return unknownValue, true
	}
	into := maps[0]
	switch name {
	case "set", "unset":
		key := concrete(argv[1]).String()
		switch {
		case IsTainted(key):
			openAll(into, true)
		case Lenient.shadow > 0:
			into[key] = Token
		default:
			return zero, false
		}
		return argv[0], true
	}
	known := Lenient.shadow == 0 && len(maps) == len(argv)
	for _, m := range maps {
		known = known && !holdsOpen(reflect.ValueOf(m), 12)
	}
	if known {
		return zero, false
	}
	overwrites := name == "mergeOverwrite" || name == "mustMergeOverwrite"
	for _, from := range maps[1:] {
		mergeUnknown(into, from, overwrites, Lenient.shadow > 0, 12)
	}
	if len(maps) < len(argv) {
		openAll(into, overwrites)
	}
	return argv[0], true
}

func asMap(v reflect.Value) (map[string]any, bool) {
	v = concrete(v)
	if !v.IsValid() || v.Kind() != reflect.Map || v.IsNil() || !v.Type().ConvertibleTo(reflect.TypeFor[map[string]any]()) {
		return nil, false
	}
	return v.Convert(reflect.TypeFor[map[string]any]()).Interface().(map[string]any), true
}

// holdsOpen looks for an unknown that merging would not carry along as it is.
func holdsOpen(v reflect.Value, depth int) bool {
	v = concrete(v)
	if !v.IsValid() || v.Kind() != reflect.Map || depth == 0 {
		return false
	}
	if isOpen(v) {
		return true
	}
	for each := v.MapRange(); each.Next(); {
		if isUnknownItem(each.Value()) || holdsOpen(each.Value(), depth-1) {
			return true
		}
	}
	return false
}

// openAll: the map may have more keys; with change, the values of those it has may be others.
func openAll(m map[string]any, change bool) {
	for key, value := range m {
		inner, isMap := asMap(reflect.ValueOf(value))
		switch {
		case isMap:
			openAll(inner, change)
		case change:
			m[key] = Token
		}
	}
	m[Token] = Token
}

// mergeUnknown merges what is known; a key that one side may hide is unknown. perhaps: it may not happen at all.
func mergeUnknown(into, from map[string]any, overwrites, perhaps bool, depth int) {
	hiding := isOpen(reflect.ValueOf(into))
	hidden := isOpen(reflect.ValueOf(from))
	for key, value := range into {
		if _, both := from[key]; !both && hidden && overwrites {
			if inner, isMap := asMap(reflect.ValueOf(value)); isMap {
				openAll(inner, true)
			} else {
				into[key] = Token
			}
		}
	}
	for key, value := range from {
		theirs, theirsIsMap := asMap(reflect.ValueOf(value))
		before, there := into[key]
		ours, oursIsMap := asMap(reflect.ValueOf(before))
		switch {
		case there && oursIsMap && theirsIsMap && depth > 0:
			mergeUnknown(ours, theirs, overwrites, perhaps, depth-1)
		case there && oursIsMap && isUnknownItem(reflect.ValueOf(value)):
			openAll(ours, overwrites)
		case there && !overwrites && isUnknownItem(reflect.ValueOf(before)) || perhaps || !there && hiding && !overwrites:
			into[key] = Token
		case !there || overwrites:
			into[key] = value
		case isEmpty(reflect.ValueOf(before)):
			into[key] = value // mergo takes an empty value for none
		}
	}
	if hidden {
		into[Token] = Token
	}
}
