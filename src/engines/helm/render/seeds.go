package render

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
)

func (r *lenientRender) seed(path []string) {
	if key := strings.Join(path, "\x00"); !r.seeded[key] {
		r.seeded[key] = true
		r.seeds = append(r.seeds, slices.Clone(path))
		r.fresh = true
	}
}

var (
	schemaPlace   = regexp.MustCompile(`at '([^']*)': (.*)`)
	schemaMissing = regexp.MustCompile(`'([^']+)'`)
)

// seedSchema takes the values that a schema refuses, and those that it misses, for unknown.
func (r *lenientRender) seedSchema(c *chart.Chart, message string) {
	prefix, found := []string(nil), false
	for _, line := range strings.Split(message, "\n") {
		if name, isHead := strings.CutSuffix(line, ":"); isHead && !strings.HasPrefix(strings.TrimSpace(line), "- ") {
			prefix = nil
			if name != c.Name() {
				prefix = []string{name}
			}
			continue
		}
		at := schemaPlace.FindStringSubmatch(line)
		if at == nil {
			continue
		}
		path := slices.Clone(prefix)
		for _, step := range strings.Split(strings.TrimPrefix(at[1], "/"), "/") {
			if step != "" {
				path = append(path, strings.NewReplacer("~1", "/", "~0", "~").Replace(step))
			}
		}
		if strings.HasPrefix(at[2], "missing propert") || strings.HasPrefix(at[2], "additional propert") {
			for _, name := range schemaMissing.FindAllStringSubmatch(at[2], -1) {
				r.seed(append(slices.Clone(path), name[1]))
				found = true
			}
		} else if len(path) > len(prefix) {
			r.seed(path)
			found = true
		}
	}
	if !found && !r.distrust {
		r.distrust, r.fresh = true, true
	}
}

// plant puts an unknown where a value is missing.
func plant(tree map[string]any, path []string) {
	for ; len(path) > 1; path = path[1:] {
		switch next := tree[path[0]].(type) {
		case map[string]any:
			tree = next
		case common.Values:
			tree = next
		case []any:
			tree[path[0]] = template.Token // an item of a list is not known by itself
			return
		default:
			tree[path[0]] = template.Token
			return
		}
	}
	tree[path[0]] = template.Token
}

func mapPaths(paths map[uintptr][]string, v reflect.Value, path []string) {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || v.Kind() != reflect.Map || v.IsNil() {
		return
	}
	if _, known := paths[v.Pointer()]; known {
		return
	}
	paths[v.Pointer()] = path
	for each := v.MapRange(); each.Next(); {
		if each.Key().Kind() == reflect.String {
			mapPaths(paths, each.Value(), append(slices.Clone(path), each.Key().String()))
		}
	}
}
