package template

import (
	"fmt"
	"reflect"
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

// Reset forgets what a template that failed left behind.
func (l *Leniency) Reset() { l.shadow, l.mark, l.conds, l.badType = 0, len(l.looks), nil, false }
