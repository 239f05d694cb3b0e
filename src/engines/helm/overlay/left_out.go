package engine

// LeftOut, where it is set, is told of a template that fails, and the others are rendered all the same.
var LeftOut func(filename string, err error)

// dropOutput ends the text of a template file that failed; calls that it was in may have left their own.
func dropOutput(out output) {
	if w, traced := out.(*Written); traced {
		for last := (*Written)(nil); last != w; tracing.pop() {
			last = tracing.stack[len(tracing.stack)-1]
		}
	}
}
