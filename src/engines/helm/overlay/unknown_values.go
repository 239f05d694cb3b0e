package template

import (
	"reflect"
	"strings"
)

// IsTainted tells of a text that holds an unknown.
func IsTainted(text string) bool {
	if len(text) < len(tokenPrefix)-1 {
		return false
	}
	return strings.Contains(text, tokenPrefix[1:]) || strings.Contains(text, "qunknown") || strings.Contains(text, "QUNKNOWN")
}

func concrete(v reflect.Value) reflect.Value {
	for v.IsValid() {
		if v.Type() == reflectValueType {
			v = v.Interface().(reflect.Value)
			continue
		}
		if v.Kind() != reflect.Interface && v.Kind() != reflect.Pointer || v.IsNil() {
			return v
		}
		v = v.Elem()
	}
	return v
}

// isUnknownItem: the value is an unknown and nothing else.
func isUnknownItem(v reflect.Value) bool {
	v = concrete(v)
	return v.IsValid() && v.Kind() == reflect.String && isOnlyToken(v.String())
}

func isOnlyToken(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) == len(Token) && IsTainted(text)
}

// isUndecided: whether the value is empty is not known.
func isUndecided(v reflect.Value) bool {
	v = concrete(v)
	if !v.IsValid() {
		return false
	}
	switch v.Kind() {
	case reflect.String:
		return onlyTokens(v.String())
	case reflect.Map:
		return v.Len() == 1 && isOpen(v)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if !isUnknownItem(v.Index(i)) {
				return false
			}
		}
		return v.Len() > 0
	}
	return false
}

// onlyTokens: blanks aside there are only unknowns, so that the text may be empty.
func onlyTokens(text string) bool {
	if !IsTainted(text) {
		return false
	}
	for _, word := range strings.Fields(text) {
		for strings.HasPrefix(strings.ToUpper(word), "ZQUNKNOWN") && len(word) >= len(Token) {
			word = word[len(Token):]
		}
		if word != "" {
			return false
		}
	}
	return true
}

// isOpen: the map may have more keys than it shows.
func isOpen(v reflect.Value) bool {
	if !v.IsValid() || v.Kind() != reflect.Map || v.Type().Key().Kind() != reflect.String || v.Len() == 0 {
		return false
	}
	if plain, ok := plainMap(v); ok {
		for key := range plain {
			if IsTainted(key) {
				return true
			}
		}
		return false
	}
	for _, key := range v.MapKeys() {
		if IsTainted(key.String()) {
			return true
		}
	}
	return false
}

var plainMapType = reflect.TypeFor[map[string]any]()

// plainMap: a map of values is looked through many times faster as what it is.
func plainMap(v reflect.Value) (map[string]any, bool) {
	if !v.CanInterface() || !v.Type().ConvertibleTo(plainMapType) {
		return nil, false
	}
	return v.Convert(plainMapType).Interface().(map[string]any), true
}

func someUnknown(argv []reflect.Value) bool {
	for _, arg := range argv {
		if holdsUnknown(arg, 12) {
			return true
		}
	}
	return false
}

// holdsUnknown looks for an unknown anywhere in a value.
func holdsUnknown(v reflect.Value, depth int) bool {
	v = concrete(v)
	if !v.IsValid() || depth == 0 {
		return false
	}
	switch v.Kind() {
	case reflect.String:
		return IsTainted(v.String())
	case reflect.Map:
		if plain, ok := plainMap(v); ok {
			for key, value := range plain {
				if IsTainted(key) || holdsUnknown(reflect.ValueOf(value), depth-1) {
					return true
				}
			}
			return false
		}
		if isOpen(v) {
			return true
		}
		for each := v.MapRange(); each.Next(); {
			if holdsUnknown(each.Value(), depth-1) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return false
		}
		for i := range v.Len() {
			if holdsUnknown(v.Index(i), depth-1) {
				return true
			}
		}
	}
	return false
}

func isEmpty(v reflect.Value) bool {
	v = concrete(v)
	if !v.IsValid() {
		return true
	}
	switch v.Kind() {
	case reflect.String, reflect.Map, reflect.Slice:
		return v.Len() == 0
	case reflect.Interface, reflect.Pointer:
		return v.IsNil()
	}
	return false
}

var unknownValue = reflect.ValueOf(Token)
