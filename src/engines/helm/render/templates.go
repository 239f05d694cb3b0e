package render

import (
	"bytes"
	"path"
	"slices"

	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// templateFile is one template of the chart or of a subchart.
type templateFile struct {
	path  string // under the chart root
	text  []byte
	lines []int // where lines end, once asked for
}

// templateFiles are found by Helm's names for templates, which are made of chart names and aliases.
type templateFiles map[string]*templateFile

func (t *tree) templateFiles() templateFiles {
	files := templateFiles{}
	var visit func(c *chart.Chart)
	visit = func(c *chart.Chart) {
		for _, sub := range c.Dependencies() {
			visit(sub)
		}
		for _, file := range c.Templates {
			files[path.Join(c.ChartFullPath(), file.Name)] = &templateFile{path: t.path(file), text: file.Data}
		}
	}
	visit(t.Chart)
	return files
}

func (t templateFiles) path(name string) string {
	if file := t[name]; file != nil {
		return file.path
	}
	return ""
}

// line is the line of an offset, counted from 1.
func (f *templateFile) line(offset int) uint32 {
	if f.lines == nil {
		f.lines = []int{}
		for at := 0; ; {
			next := bytes.IndexByte(f.text[at:], '\n')
			if next < 0 {
				break
			}
			at += next + 1
			f.lines = append(f.lines, at)
		}
	}
	after, exact := slices.BinarySearch(f.lines, offset)
	if exact {
		after++
	}
	return uint32(after) + 1
}
