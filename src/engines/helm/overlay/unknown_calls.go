package template

import (
	"reflect"
	"regexp"
	"strings"
	"text/template/parse"
)

// carriers are run with unknowns among their arguments: what they give shows them where they belong.
var carriers = words(`include tpl dict list tuple toYaml toYamlPretty toJson toPrettyJson toRawJson toString quote
	squote deepCopy mustDeepCopy print printf println append mustAppend prepend mustPrepend push mustPush concat indent
	nindent trim trimAll trimPrefix trimSuffix lower upper replace cat omit values set html first rest initial last
	mustFirst mustRest mustInitial mustLast slice join reverse chunk`)

// shapers change a text of several lines only where each line stands.
var shapers = words(`include tpl print println printf toString quote squote indent nindent trim trimAll trimPrefix
	trimSuffix lower upper replace cat html`)

// indents give every line of a text its place.
var indents = words(`indent nindent`)

func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// unknownCall decides a call where its arguments are not all known; false: the function is run.
func (s *state) unknownCall(node parse.Node, name string, fun reflect.Value, argv []reflect.Value) (reflect.Value, bool) {
	s.at(node)
	switch name {
	case "fail":
		if Lenient.shadow == 0 {
			s.note("fail", concrete(argv[0]).String())
			Lenient.seedConditions()
		}
		return reflect.ValueOf(""), true
	case "required":
		return s.required(argv)
	case "set", "unset", "merge", "mustMerge", "mergeOverwrite", "mustMergeOverwrite":
		return s.changeMap(name, argv)
	}
	some := false
	for _, arg := range argv {
		some = some || holdsUnknown(arg, 12)
	}
	if !some {
		return zero, false
	}
	if decide, ok := decisions[name]; ok {
		return decide(argv)
	}
	if carriers[name] && !s.losesLines(name, argv) {
		return zero, false
	}
	if givesText(fun) && onLine(argv) {
		return zero, false // the result tells whether the unknown is still there
	}
	return unknownValue, true
}

// losesLines: a text of several lines would not keep each unknown at its place.
func (s *state) losesLines(name string, argv []reflect.Value) bool {
	if shapers[name] {
		return false
	}
	for _, arg := range argv {
		v := concrete(arg)
		if v.IsValid() && v.Kind() == reflect.String && IsTainted(v.String()) && strings.Contains(v.String(), "\n") && name == "join" {
			return true
		}
	}
	return false
}

func givesText(fun reflect.Value) bool { return fun.Type().Out(0).Kind() == reflect.String }

// onLine: the unknowns are texts of one line.
func onLine(argv []reflect.Value) bool {
	for _, arg := range argv {
		v := concrete(arg)
		if !holdsUnknown(v, 12) {
			continue
		}
		if v.Kind() != reflect.String || strings.Contains(v.String(), "\n") {
			return false
		}
	}
	return true
}

var badVerb = regexp.MustCompile(`%![a-zA-Z]\([^()]*zqUNKNOWN[^()]*\)`)

// unknownResult looks at what a function made of unknowns.
func unknownResult(name string, fun reflect.Value, argv []reflect.Value, result reflect.Value) reflect.Value {
	if !givesText(fun) {
		return result
	}
	tainted := false
	for _, arg := range argv {
		v := concrete(arg)
		tainted = tainted || v.IsValid() && v.Kind() == reflect.String && IsTainted(v.String())
	}
	text := concrete(result)
	if !text.IsValid() || text.Kind() != reflect.String {
		return result
	}
	switch {
	case tainted && name != "tpl" && name != "include" && !IsTainted(text.String()):
		return unknownValue
	case name == "printf" && strings.Contains(text.String(), "%!"):
		return reflect.ValueOf(badVerb.ReplaceAllString(text.String(), Token))
	case indents[name] && strings.Contains(text.String(), TextToken):
		return reflect.ValueOf(strings.ReplaceAll(text.String(), TextToken, Token))
	}
	return result
}

// unknownError is the result of a function that fails where a complete render need not.
func (s *state) unknownError(name string, argv []reflect.Value, err error) reflect.Value {
	message := err.Error()
	if at := strings.LastIndex(message, "no template "); at >= 0 && (name == "include" || name == "tpl") {
		s.note("undefined-template", strings.Trim(strings.SplitN(message[at+len("no template "):], " associated", 2)[0], `"`))
		return reflect.ValueOf(TextToken)
	}
	s.note("function", name+": "+message)
	Lenient.seed()
	if name == "include" || name == "tpl" {
		return reflect.ValueOf(TextToken)
	}
	return unknownValue
}

func (s *state) required(argv []reflect.Value) (reflect.Value, bool) {
	v := concrete(argv[1])
	if v.IsValid() && (v.Kind() != reflect.String || v.Len() > 0) {
		if v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
			return s.requiredMissing(argv), true
		}
		return argv[1], true
	}
	return s.requiredMissing(argv), true
}

func (s *state) requiredMissing(argv []reflect.Value) reflect.Value {
	s.note("required", concrete(argv[0]).String())
	Lenient.seed()
	return unknownValue
}

// decisions are functions with an answer of their own for what is not wholly known.
var decisions map[string]func(argv []reflect.Value) (reflect.Value, bool)

func init() {
	decisions = map[string]func([]reflect.Value) (reflect.Value, bool){
		"default": decideDefault, "coalesce": decideCoalesce, "ternary": decideTernary, "empty": decideEmpty, "not": decideEmpty,
		"hasKey": decideKey, "get": decideKey, "index": decideIndex, "dig": decideDig, "pick": decidePick,
		"kindIs": decideKind, "typeIs": decideKind, "kindOf": decideKind, "typeOf": decideKind, "typeIsLike": decideKind,
		"has": decideHas, "mustHas": decideHas, "fromYaml": decideParse, "fromJson": decideParse, "keys": decideKeys,
	}
}

func decideDefault(argv []reflect.Value) (reflect.Value, bool) {
	given := argv[len(argv)-1]
	if isUndecided(given) || len(argv) < 2 {
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
				return v, true
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
		return unknownValue, true
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
		if !at.IsValid() || holdsUnknown(at, 1) && at.Kind() == reflect.String || holdsUnknown(key, 1) {
			return unknownValue, true
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
			return unknownValue, true
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
			return unknownValue, true
		}
		if isOpen(v) {
			return unknownValue, true
		}
	}
	return zero, false
}
