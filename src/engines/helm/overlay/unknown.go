package template

import (
	"fmt"
	"reflect"
	"strings"
	"text/template/parse"
)

// Token stands in values and in text for what nobody knows. It is ASCII, so that it survives quotes, lower and
// label syntax; every form of it begins alike.
const (
	tokenPrefix = "zqUNKNOWN"
	Token       = tokenPrefix + "qz" // a value
	TextToken   = tokenPrefix + "tz" // text of an undefined template: any number of lines, as deep as they may be
	HoleToken   = tokenPrefix + "hz" // lines that an undecided branch may write, none less deep than this
	DocsToken   = tokenPrefix + "dz" // whole documents
	WildToken   = tokenPrefix + "wz" // anything, anywhere in the document
)

// Leniency is what a render knows of what it does not know.
type Leniency struct {
	// Note is told of each thing that is not known: where, the expression, and what.
	Note func(kind, place, expression, detail string)
	// Paths names the maps of the values tree.
	Paths map[uintptr][]string
	// Seed is told of a value that a complete render must have otherwise.
	Seed func(path []string)
	// Distrusted is set when nobody can say which values a complete render would have otherwise; Distrust then
	// takes every empty value for unknown.
	Distrusted, Distrust bool
	// Steps bounds what is run only to see what it might write.
	Steps int

	looks   []look // values that were looked up
	mark    int    // the first of them that belongs to the node being run
	conds   [][2]int
	shadow  int  // inside a branch that may not be taken
	badType bool // an argument of the call being made is unknown
}

type look struct {
	path  []string
	empty bool
}

// Lenient is nil where templates run as Go runs them.
var Lenient *Leniency

const (
	maxShadow = 10
	maxLooks  = 1 << 20
)

// IsTainted tells of a text that holds an unknown.
func IsTainted(text string) bool {
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
	if v.MapIndex(reflect.ValueOf(Token).Convert(v.Type().Key())).IsValid() {
		return true
	}
	for _, key := range v.MapKeys() {
		if IsTainted(key.String()) {
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

func (s *state) note(kind, detail string) {
	if Lenient.shadow > 0 {
		return
	}
	place, expression := s.tmpl.Name(), ""
	if s.node != nil {
		place, expression = s.tmpl.ErrorContext(s.node)
	}
	Lenient.Note(kind, place, expression, detail)
}

// enter begins a node: what it looks up is its own.
func (l *Leniency) enter() (leave func()) {
	if l.shadow > 0 {
		if l.Steps--; l.Steps < 0 {
			panic(fmt.Errorf("too much depends on what is not known"))
		}
	}
	mark := l.mark
	l.mark = len(l.looks)
	return func() { l.mark = mark }
}

// looked notes that a value of the values tree was looked up, and gives what a template sees of it.
func (l *Leniency) looked(in reflect.Value, key string, found reflect.Value) reflect.Value {
	path, known := l.Paths[in.Pointer()]
	if !known {
		return found
	}
	empty := isEmpty(found)
	if empty && l.Distrust {
		return unknownValue
	}
	if len(l.looks) < maxLooks {
		l.looks = append(l.looks, look{append(path[:len(path):len(path)], key), empty})
	}
	return found
}

// seed asks for the empty values that the node being run has looked up.
func (l *Leniency) seed() (found bool) {
	if l.shadow > 0 {
		return true
	}
	for _, each := range l.looks[min(l.mark, len(l.looks)):] {
		if each.empty {
			l.Seed(each.path)
			found = true
		}
	}
	return found
}

// seedConditions asks for what led to a branch that no complete render takes: an empty value where there is one,
// else whatever the innermost condition looked at.
func (l *Leniency) seedConditions() {
	if l.shadow > 0 {
		return
	}
	found := false
	for _, cond := range l.conds {
		for _, each := range l.looks[cond[0]:cond[1]] {
			if each.empty {
				l.Seed(each.path)
				found = true
			}
		}
	}
	for i := len(l.conds) - 1; i >= 0 && !found; i-- {
		for _, each := range l.looks[l.conds[i][0]:l.conds[i][1]] {
			l.Seed(each.path)
			found = true
		}
	}
	if !found {
		l.Distrusted = true
	}
}

// field is what a field of an unknown, or of a map that is not wholly known, gives.
func (s *state) unknownField(receiver reflect.Value, name string) (reflect.Value, bool) {
	switch receiver.Kind() {
	case reflect.String:
		if IsTainted(receiver.String()) {
			return unknownValue, true
		}
	case reflect.Map:
		key := reflect.ValueOf(name)
		if !key.Type().AssignableTo(receiver.Type().Key()) {
			return zero, false
		}
		found := receiver.MapIndex(key)
		if !found.IsValid() && isOpen(receiver) {
			return unknownValue, true
		}
		if seen := Lenient.looked(receiver, name, found); seen.IsValid() && isUnknownItem(seen) {
			return unknownValue, true
		}
	}
	return zero, false
}

// missingField is what a field of nothing gives.
func (s *state) missingField(kind, name string) reflect.Value {
	s.note(kind, name)
	Lenient.seed()
	return unknownValue
}

// unknownArgument tells whether a value that does not fit its parameter makes the call's result unknown.
func (s *state) unknownArgument(value reflect.Value, typ reflect.Type) bool {
	if value.IsValid() && !holdsUnknown(value, 1) || !value.IsValid() {
		s.note("argument", typ.String())
		Lenient.seed()
	}
	Lenient.badType = true
	return true
}

// assign is what a variable holds after an assignment that may not happen.
func (s *state) assign(variable int, value reflect.Value) reflect.Value {
	if Lenient.shadow == 0 || variable >= s.base {
		return value
	}
	before := s.vars[variable].value
	if before.IsValid() && value.IsValid() && before.CanInterface() && value.CanInterface() &&
		reflect.DeepEqual(before.Interface(), value.Interface()) {
		return value
	}
	return unknownValue
}

// branches writes what an undecided condition may write.
func (s *state) branches(bodies ...func(*state)) {
	s.note("condition", "")
	texts := make([]string, 0, len(bodies))
	for _, body := range bodies {
		text, ok := s.shadowed(body)
		if !ok {
			text = WildToken
		}
		texts = append(texts, text)
	}
	if _, err := s.wr.Write([]byte(holeFor(texts))); err != nil {
		s.writeError(err)
	}
}

// shadowed runs a body that a complete render may not run, for what it would write and change.
func (s *state) shadowed(body func(*state)) (text string, ok bool) {
	if Lenient.shadow == maxShadow || Lenient.Steps < 0 {
		return "", false
	}
	var out strings.Builder
	inner := *s
	inner.wr, inner.tracer, inner.base = &out, nil, len(s.vars)
	shadow, mark, conds, badType := Lenient.shadow, Lenient.mark, len(Lenient.conds), Lenient.badType
	defer func() {
		Lenient.shadow, Lenient.mark, Lenient.conds, Lenient.badType = shadow, mark, Lenient.conds[:conds], badType
		if r := recover(); r != nil {
			if r == walkBreak || r == walkContinue {
				s.errorf("whether the loop goes on depends on what is not known")
			}
			text, ok = "", false
		}
	}()
	Lenient.shadow++
	body(&inner)
	return out.String(), true
}

// unknownBranch takes over an if or with whose condition nobody can decide.
func (s *state) unknownBranch(typ parse.NodeType, dot, val reflect.Value, list, elseList *parse.ListNode) {
	s.branches(
		func(inner *state) {
			if typ == parse.NodeWith {
				inner.walk(val, list)
			} else {
				inner.walk(dot, list)
			}
		},
		func(inner *state) {
			if elseList != nil {
				inner.walk(dot, elseList)
			}
		},
	)
}

// unknownRange takes over a range whose rounds nobody can count.
func (s *state) unknownRange(dot reflect.Value, r *parse.RangeNode) {
	s.branches(
		func(inner *state) { inner.unknownRound(r) },
		func(inner *state) {
			if r.ElseList != nil {
				inner.walk(dot, r.ElseList)
			}
		},
	)
}

func (s *state) unknownRound(r *parse.RangeNode) {
	defer s.pop(s.mark())
	defer func() {
		if r := recover(); r != nil && r != walkBreak && r != walkContinue {
			panic(r)
		}
	}()
	for _, variable := range r.Pipe.Decl {
		if r.Pipe.IsAssign {
			s.setVar(variable.Ident[0], unknownValue)
		} else {
			s.push(variable.Ident[0], unknownValue)
		}
	}
	s.walk(unknownValue, r.List)
}

// round runs a loop's body for one element; an element that is itself unknown may stand for none or many.
func (s *state) round(index, elem reflect.Value, r *parse.RangeNode) {
	tainted := index.IsValid() && index.Kind() == reflect.String && IsTainted(index.String())
	if Lenient == nil || !tainted && !isUnknownItem(elem) {
		s.walk(elem, r.List)
		return
	}
	s.branches(func(inner *state) { inner.walk(unknownValue, r.List) }, func(*state) {})
}

// condition notes what a decided condition looked at, for as long as its branch runs.
func (l *Leniency) condition() (leave func()) {
	l.conds = append(l.conds, [2]int{min(l.mark, len(l.looks)), len(l.looks)})
	n := len(l.conds) - 1
	return func() { l.conds = l.conds[:n] }
}

// cannotRange tells of a value that has no rounds, or nobody knows which.
func (s *state) cannotRange(val reflect.Value) bool {
	if isUndecided(val) || val.IsValid() && val.Kind() == reflect.String {
		if !isUndecided(val) {
			s.note("range", val.Kind().String())
			Lenient.seed()
		}
		return true
	}
	return false
}

// perhaps evaluates what a complete render may not evaluate.
func (s *state) perhaps(undecided bool, eval func() reflect.Value) reflect.Value {
	if undecided {
		Lenient.shadow++
		defer func() { Lenient.shadow-- }()
	}
	return eval()
}

// unknownAndOr is the builtin where some arguments are unknown: one that is certainly empty decides an `and`.
func (s *state) unknownAndOr(dot reflect.Value, name string, argType reflect.Type, args []parse.Node, final reflect.Value) reflect.Value {
	undecided := false
	take := func(v reflect.Value) (reflect.Value, bool) {
		if v.IsValid() && v.Type() == reflectValueType {
			v = v.Interface().(reflect.Value)
		}
		if isUndecided(v) {
			undecided = true
			return v, false
		}
		return v, truth(v) == (name == "or") && (!undecided || name == "and")
	}
	var last reflect.Value
	for _, arg := range args {
		v := s.perhaps(undecided, func() reflect.Value { return s.evalArg(dot, argType, arg) })
		decided := false
		if last, decided = take(v); decided {
			return last
		}
	}
	if !isMissing(final) {
		last, _ = take(s.validateType(final, argType))
	}
	if undecided {
		return unknownValue
	}
	return last
}

// Reset forgets what a template that failed left behind.
func (l *Leniency) Reset() { l.shadow, l.mark, l.conds, l.badType = 0, len(l.looks), nil, false }
