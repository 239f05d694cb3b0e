package render

import (
	"errors"
	"slices"
	"strings"
)

// load reads the chart; what of it Helm's loader refuses gets a stand-in or is left out.
func (r *lenientRender) load() (*tree, error) {
	files := slices.Clone(r.in.chartFiles())
	for i, f := range files {
		if isMetadata(f.name) {
			files[i].data = r.standIn(f)
		}
	}
	for tries := 0; ; tries++ {
		t, err := load(files)
		if err == nil || tries == 20 {
			return t, locateIf(err)
		}
		broken := brokenSubchart(err)
		if broken == "" {
			return nil, locateLoad(err)
		}
		r.open(event{Kind: "broken-dependency", File: strings.TrimSuffix(broken, "/"), Detail: plain(err)})
		files = slices.DeleteFunc(files, func(f namedBytes) bool {
			return f.name == broken || strings.HasPrefix(f.name, broken+"/")
		})
	}
}

func locateIf(err error) error {
	if err == nil {
		return nil
	}
	return locateLoad(err)
}

// brokenSubchart is the outermost folder or archive under charts/ that an error of the loader is about.
func brokenSubchart(err error) string {
	if found, ok := errors.AsType[*failure](err); ok {
		if rest, under := strings.CutPrefix(found.File, "charts/"); under {
			first, _, _ := strings.Cut(rest, "/")
			return "charts/" + strings.TrimSuffix(first, archiveMark)
		}
		return ""
	}
	if sub := inSubchart.FindStringSubmatch(err.Error()); sub != nil {
		return "charts/" + sub[1]
	}
	return ""
}

func isMetadata(name string) bool {
	for {
		if name == "Chart.yaml" {
			return true
		}
		rest, under := strings.CutPrefix(name, "charts/")
		if !under {
			return false
		}
		_, inside, deeper := strings.Cut(rest, "/")
		if !deeper {
			return false
		}
		name = inside
	}
}
