package render

import (
	"path"
	"slices"
	"strings"
	"text/template"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// openMissing looks for dependencies that are wanted and not there: what they would add to the values of the chart
// that wants them is unknown, and so are their objects.
func (r *lenientRender) openMissing(c *chart.Chart, values map[string]any, way []string) {
	for _, wanted := range c.Metadata.Dependencies {
		at := slices.IndexFunc(c.Dependencies(), func(d *chart.Chart) bool { return d.Name() == wanted.Name })
		if at >= 0 || !wanted.Enabled {
			continue
		}
		r.open(event{
			Kind: "missing-dependency", File: path.Join(append(slices.Clone(way), "Chart.yaml")...), Detail: wanted.Name,
		})
		if given, isMap := asValues(values[wanted.Name]); isMap {
			openDeep(given)
		} else if values != nil {
			values[wanted.Name] = template.Token
		}
	}
	for _, sub := range c.Dependencies() {
		inner, _ := asValues(values[sub.Name()])
		r.openMissing(sub, inner, append(slices.Clone(way), "charts", sub.Name()))
	}
}

func asValues(value any) (map[string]any, bool) {
	switch value := value.(type) {
	case map[string]any:
		return value, value != nil
	case common.Values:
		return value, value != nil
	}
	return nil, false
}

// openDeep: every map may have more keys than it shows.
func openDeep(m map[string]any) {
	for _, value := range m {
		if inner, isMap := asValues(value); isMap {
			openDeep(inner)
		}
	}
	m[template.Token] = template.Token
}

// importsOfMissing are the paths of values that a dependency that is not there would bring into the chart's own;
// an empty path: any of them.
func importsOfMissing(c *chart.Chart) (paths [][]string) {
	for _, wanted := range c.Metadata.Dependencies {
		if slices.ContainsFunc(c.Dependencies(), func(d *chart.Chart) bool { return d.Name() == wanted.Name }) {
			continue
		}
		for _, each := range wanted.ImportValues {
			m, isMap := asValues(each)
			parent, _ := m["parent"].(string)
			if !isMap || parent == "" || parent == "." {
				paths = append(paths, nil)
				continue
			}
			paths = append(paths, strings.Split(parent, "."))
		}
	}
	return paths
}

func (r *lenientRender) openImports(values map[string]any, paths [][]string) {
	for _, way := range paths {
		at := values
		for _, step := range way {
			next, isMap := asValues(at[step])
			if !isMap {
				if at[step] == nil {
					at[step] = template.Token
				}
				at = nil
				break
			}
			at = next
		}
		if at != nil {
			openDeep(at)
		}
	}
}

// undecidedDependencies are those whose condition looks at a value that nobody knows. Their objects are uncertain.
func (r *lenientRender) undecidedDependencies(c *chart.Chart, way []string) (folders []string) {
	for _, wanted := range c.Metadata.Dependencies {
		name := wanted.Name
		if wanted.Alias != "" {
			name = wanted.Alias
		}
		if slices.ContainsFunc(strings.Split(wanted.Condition, ","), func(condition string) bool {
			return condition != "" && r.isSeeded(append(slices.Clone(way), strings.Split(strings.TrimSpace(condition), ".")...))
		}) {
			r.open(event{Kind: "undecided-dependency", File: "Chart.yaml", Detail: name})
			folders = append(folders, strings.Join(append(charts(way), "charts", name), "/")+"/")
		}
	}
	for _, sub := range c.Dependencies() {
		folders = append(folders, r.undecidedDependencies(sub, append(slices.Clone(way), sub.Name()))...)
	}
	return folders
}

func charts(way []string) (folders []string) {
	for _, name := range way {
		folders = append(folders, "charts", name)
	}
	return folders
}

// isSeeded: the value at a path, or one above it, stands for an unknown.
func (r *lenientRender) isSeeded(path []string) bool {
	return slices.ContainsFunc(r.seeds, func(seed []string) bool {
		return len(seed) <= len(path) && slices.Equal(seed, path[:len(seed)])
	})
}
