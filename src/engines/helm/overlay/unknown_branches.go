package template

import (
	"reflect"
	"strings"
	"text/template/parse"
)

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
