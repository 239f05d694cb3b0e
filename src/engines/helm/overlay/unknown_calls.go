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
	decide, decides := decisions[name]
	if !decides && carriers[name] && !s.losesLines(name, argv) {
		return zero, false // without a look: a template is often called with all there is
	}
	if decides && shallow[name] {
		return decide(argv)
	}
	if !someUnknown(argv) {
		return zero, false
	}
	if decides {
		return decide(argv)
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
