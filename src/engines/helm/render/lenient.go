package render

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
)

// unknown is what a lenient render does not know.
type unknown struct {
	Events []event `json:"events"`
	// Open: there may be objects that do not show.
	Open bool `json:"open"`
}

// event is one thing that a complete render would have had and this one had not.
type event struct {
	// missing-dependency | undecided-dependency | broken-dependency | value | required | fail | schema | undefined-template |
	// function | argument | field | range | condition | left-out | unreadable | undecided-objects | undecided-kinds | version | kube-version
	Kind       string `json:"kind"`
	File       string `json:"file,omitempty"`
	Line       int    `json:"line,omitempty"`
	Column     int    `json:"column,omitempty"`
	Expression string `json:"expression,omitempty"`
	Detail     string `json:"detail,omitempty"`
}

const (
	maxPasses = 5
	maxEvents = 500
	maxSteps  = 200_000
	maxDetail = 300
)

// lenientRender is one chart rendered again and again, each time with more of what it lacks standing as unknown.
type lenientRender struct {
	in           *request
	capabilities *common.Capabilities
	values       map[string]any
	seeds        [][]string
	seeded       map[string]bool
	distrust     bool
	fresh        bool // the last pass found values that it did not know to be missing
	files        templateFiles
	unknown      unknown
	noted        map[event]bool
}

func stopLeniency() {
	template.Lenient, engine.LeftOut = nil, nil
}

func renderLeniently(in *request, capabilities *common.Capabilities, values map[string]any, out *answer) error {
	r := &lenientRender{in: in, capabilities: capabilities, values: values, seeded: map[string]bool{}}
	for pass := 0; ; pass++ {
		err := r.pass(out, pass > maxPasses)
		if err != nil {
			return err
		}
		if !r.fresh || pass > maxPasses {
			return nil
		}
		*out = answer{answerHeader: answerHeader{Warnings: []string{}, Documents: []documentHeader{}, Blobs: []int{}}}
		r.distrust = r.distrust || pass == maxPasses
	}
}

func (r *lenientRender) note(e event) {
	if len(e.Detail) > maxDetail {
		e.Detail = strings.ToValidUTF8(e.Detail[:maxDetail], "") + "…"
	}
	if !r.noted[e] && len(r.unknown.Events) < maxEvents {
		r.noted[e] = true
		r.unknown.Events = append(r.unknown.Events, e)
	}
}

func (r *lenientRender) open(e event) {
	r.unknown.Open = true
	r.note(e)
}

var spot = regexp.MustCompile(`^(.*?):(\d+)(?::(\d+))?$`)

// noteAt is told by text/template.
func (r *lenientRender) noteAt(kind, at, expression, detail string) {
	e := event{Kind: kind, Expression: expression, Detail: detail}
	if found := spot.FindStringSubmatch(at); found != nil {
		e.File = r.files.path(found[1])
		e.Line, _ = strconv.Atoi(found[2])
		e.Column, _ = strconv.Atoi(found[3])
		e.Column++
	}
	r.note(e)
}

func (r *lenientRender) pass(out *answer, last bool) error {
	r.fresh, r.noted, r.unknown = false, map[event]bool{}, unknown{Events: []event{}}
	t, err := r.load()
	if err != nil {
		return err
	}
	if kind := t.Metadata.Type; kind != "" && kind != "application" {
		return unsupported(fmt.Sprintf("%s charts are not installable", kind))
	}
	r.files = t.templateFiles()
	undecided := r.undecidedDependencies(t.Chart, nil)
	imports := importsOfMissing(t.Chart)
	values, _ := copyValues(r.values).(map[string]any)
	if err := chartutil.ProcessDependencies(t.Chart, values); err != nil {
		return fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	r.files = t.templateFiles()
	top, err := r.renderValues(t.Chart, values)
	if err != nil {
		return err
	}
	tree, _ := top["Values"].(common.Values)
	r.openMissing(t.Chart, tree, nil)
	r.openImports(tree, imports)
	for _, path := range r.seeds {
		plant(tree, path)
	}
	tr := &trace{files: r.files}
	rendered, err := r.execute(tr, t.Chart, top, tree)
	if engine.WithheldTouched {
		return &failure{Message: "a template looks at files that were withheld", Reason: "withheld"}
	}
	if err != nil {
		return r.files.locate(err)
	}
	if r.fresh && !last {
		return nil
	}
	r.mend(rendered, undecided)
	out.Unknown = &r.unknown
	return writeDocuments(r.in, t, tr, rendered, out)
}

// copyValues: Helm changes what it is given, and each pass begins anew.
func copyValues(value any) any {
	switch value := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(value))
		for key, each := range value {
			copied[key] = copyValues(each)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, each := range value {
			copied[i] = copyValues(each)
		}
		return copied
	}
	return value
}

func (r *lenientRender) renderValues(c *chart.Chart, values map[string]any) (common.Values, error) {
	release := common.ReleaseOptions{
		Name: r.in.ReleaseName, Namespace: r.in.Namespace, Revision: 1,
		IsInstall: !r.in.IsUpgrade, IsUpgrade: r.in.IsUpgrade,
	}
	top, err := util.ToRenderValuesWithSchemaValidation(c, values, release, r.capabilities, true)
	if err != nil {
		return nil, err
	}
	if tree, ok := top["Values"].(common.Values); ok {
		if err := util.ValidateAgainstSchema(c, tree); err != nil {
			r.note(event{Kind: "schema", Detail: plain(err)})
			r.seedSchema(c, plain(err))
		}
	}
	if wanted := c.Metadata.KubeVersion; wanted != "" && !chartutil.IsCompatibleRange(wanted, r.capabilities.KubeVersion.String()) {
		r.note(event{Kind: "kube-version", Detail: wanted})
	}
	return top, nil
}

func (r *lenientRender) execute(tr *trace, c *chart.Chart, top common.Values, tree common.Values) (map[string]string, error) {
	l := &template.Leniency{
		Note: r.noteAt, Seed: r.seed, Distrust: r.distrust, Steps: maxSteps, Paths: map[uintptr][]string{},
	}
	mapPaths(l.Paths, reflect.ValueOf(map[string]any(tree)), nil)
	template.Lenient = l
	template.ParseUnknown = parseUnknown
	engine.LeftOut = func(filename string, err error) {
		l.Reset()
		at := r.files.locate(err)
		if !strings.HasSuffix(filename, "NOTES.txt") && !isPartial(filename) {
			r.unknown.Open = true
		}
		r.note(event{Kind: "left-out", File: r.files.path(filename), Line: at.Line, Detail: at.Message})
	}
	defer stopLeniency()
	rendered, err := tr.execute(r.in, c, top)
	if l.Distrusted && !r.distrust {
		r.distrust, r.fresh = true, true
	}
	return rendered, err
}

func isPartial(name string) bool { return strings.Contains(name, "/_") }
