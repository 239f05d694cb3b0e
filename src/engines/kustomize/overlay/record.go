package resource

// Skip is something that a build would have to fetch or run, and was left out instead.
type Skip struct {
	File  string `json:"file"` // the kustomization, or the configuration of a plug-in
	Entry string `json:"entry"`
	Kind  string `json:"kind"` // remote | helm | function
	// Whether it may change objects of others: a transformer, or a component with transformers of its own.
	Shapes bool `json:"shapes"`
}

// Dropped is a step that found nothing to work on, where something was left out that it may have been meant for.
type Dropped struct {
	Step    *Step
	Message string
}

// Record is what one build left out. Builds follow one another: one at a time.
type Record struct {
	Skips   []Skip
	Dropped []Dropped
	Failed  *Step // the step that ended the build
}

var current = &Record{}

// BeginRecord starts the record of the next build.
func BeginRecord() *Record {
	current = &Record{}
	return current
}

// LeaveOut notes what is not fetched or run.
func LeaveOut(file, entry, kind string, shapes bool) {
	current.Skips = append(current.Skips, Skip{file, entry, kind, shapes})
}

// Tolerates says whether a build may go on without a step: only where its object may be among what was left out.
func Tolerates(by *Step, err error) bool {
	if len(current.Skips) == 0 {
		Fail(by)
		return false
	}
	current.Dropped = append(current.Dropped, Dropped{by, err.Error()})
	return true
}

// Fail notes the innermost step that could not be done.
func Fail(by *Step) {
	if current.Failed == nil {
		current.Failed = by
	}
}
