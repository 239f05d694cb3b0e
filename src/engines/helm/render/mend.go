package render

import (
	"regexp"
	"strings"
	"text/template"

	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/yaml"
)

// mend gives lines that are unknown the shape of their neighbours and takes out the documents of which nothing is
// sure. The number of lines stays what it was, since each has an origin.
func (r *lenientRender) mend(rendered map[string]string, undecided []string) {
	for name, text := range rendered {
		if isPartial(name) || strings.TrimSpace(text) == "" {
			continue
		}
		uncertain := false
		_, inside, _ := strings.Cut(name, "/")
		for _, folder := range undecided {
			uncertain = uncertain || strings.HasPrefix(inside, folder)
		}
		var mended strings.Builder
		for begun, rest, more := true, text, true; more; begun = false {
			var document string
			all := rest
			document, rest, more = releaseutil.CutDocument(all, begun)
			separator := all[len(document) : len(all)-len(rest)]
			mended.WriteString(r.mendDocument(name, document, uncertain))
			mended.WriteString(separator)
		}
		rendered[name] = mended.String()
	}
}

func (r *lenientRender) mendDocument(name, text string, uncertain bool) string {
	if uncertain {
		return blank(text)
	}
	tainted := template.IsTainted(text)
	if tainted {
		mended, ok := mendLines(text)
		if kinds, onlyKinds := undecidedKinds(text); onlyKinds {
			return r.undecided(name, text, kinds)
		}
		if !ok {
			return r.drop("undecided-objects", name, text, "")
		}
		text = mended
	}
	var head releaseutil.SimpleHead
	if err := yaml.Unmarshal([]byte(text), &head); err != nil {
		return r.drop("unreadable", name, text, err.Error())
	}
	if !tainted {
		return text
	}
	if head.Kind == "" || template.IsTainted(head.Kind) {
		return r.drop("undecided-objects", name, text, "")
	}
	if head.Version == "" || template.IsTainted(head.Version) {
		known := versions[head.Kind]
		if known == "" {
			return r.drop("undecided-objects", name, text, head.Kind)
		}
		return versionLine.ReplaceAllLiteralString(text, "apiVersion: "+known)
	}
	return text
}

// versions of kinds whose other versions no cluster has served for years and whose fields mean the same in all.
var versions = map[string]string{
	"DaemonSet": "apps/v1", "Deployment": "apps/v1", "StatefulSet": "apps/v1",
	"CronJob": "batch/v1", "PodDisruptionBudget": "policy/v1",
}

var versionLine = regexp.MustCompile(`(?m)^apiVersion:.*$`)

func (r *lenientRender) drop(kind, name, text, detail string) string {
	if strings.TrimSpace(text) != "" {
		r.open(event{Kind: kind, File: r.files.path(name), Detail: detail})
	}
	return blank(text)
}

// undecided is a document of which nothing shows but the kinds that it may have; the host knows which of them matter.
func (r *lenientRender) undecided(name, text, kinds string) string {
	r.note(event{Kind: "undecided-kinds", File: r.files.path(name), Detail: kinds})
	return blank(text)
}

var kindsLine = regexp.MustCompile(`^zqUNKNOWN[hd]z` + template.KindsMark + `([A-Za-z,]*)$`)

// undecidedKinds are those of a document that holds nothing but undecided objects that tell their kinds.
func undecidedKinds(text string) (string, bool) {
	var kinds []string
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		found := kindsLine.FindStringSubmatch(line)
		if found == nil {
			return "", false
		}
		kinds = append(kinds, found[1])
	}
	return strings.Join(kinds, ","), len(kinds) > 0
}

func blank(text string) string { return strings.Repeat("\n", strings.Count(text, "\n")) }

var (
	alone      = regexp.MustCompile(`(?i)^(\s*)(- +)?["']?((zqunknown[a-z]z)+)["']?\s*(?:#kinds=\S*)?$`)
	nothing    = regexp.MustCompile(`%!\w\(<nil>\)`)
	ownKey     = strings.ToLower(template.Token)
	asciiSpace = " \t\r"
)

// mendLines is false where the unknown may be anything, anywhere in the document.
func mendLines(text string) (string, bool) {
	if strings.Contains(text, template.WildToken) || strings.Contains(text, template.DocsToken) {
		return "", false
	}
	text = nothing.ReplaceAllString(text, template.Token)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !template.IsTainted(line) {
			continue
		}
		found := alone.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		indent := len(found[1])
		if found[2] != "" {
			continue
		}
		if strings.Contains(found[3], template.TextToken) || indent == 0 && !strings.Contains(found[3], template.HoleToken) {
			return "", false
		}
		lines[i] = shaped(lines, i, indent)
	}
	return strings.Join(lines, "\n"), true
}

// shaped is an unknown line as an entry of the mapping, or an item of the list, that its neighbours are part of.
func shaped(lines []string, at, indent int) string {
	blanks := lines[at][:indent]
	near := neighbour(lines, at, indent, -1)
	if near == "" {
		near = neighbour(lines, at, indent, 1)
	}
	switch {
	case strings.HasPrefix(near, "- ") || near == "-":
		return blanks + "- " + template.Token
	case near == "" && isBelowKey(lines, at, indent):
		return lines[at]
	}
	return blanks + ownKey + key(at) + ": " + template.Token
}

func key(n int) string {
	digits := []byte{}
	for ; n > 0 || len(digits) == 0; n /= 26 {
		digits = append(digits, byte('a'+n%26))
	}
	return string(digits)
}

// isBelowKey: the line stands alone as the value of the key above it.
func isBelowKey(lines []string, at, indent int) bool {
	for i := at - 1; i >= 0; i-- {
		text := strings.TrimLeft(lines[i], asciiSpace)
		if text == "" || text[0] == '#' {
			continue
		}
		return len(lines[i])-len(text) < indent && strings.HasSuffix(strings.TrimRight(text, asciiSpace), ":")
	}
	return false
}

// neighbour is the nearest line of the same depth before anything less deep.
func neighbour(lines []string, at, indent, step int) string {
	for i := at + step; i >= 0 && i < len(lines); i += step {
		text := strings.TrimLeft(lines[i], asciiSpace)
		if text == "" || text[0] == '#' || alone.MatchString(lines[i]) && !strings.HasPrefix(text, "- ") {
			continue
		}
		switch depth := len(lines[i]) - len(text); {
		case depth == indent:
			return text
		case depth < indent && step < 0 && strings.HasPrefix(text, "- ") && depth+2 == indent:
			return "key:" // the first entry of a mapping stands behind its item's dash
		case depth < indent:
			return ""
		}
	}
	return ""
}

// parseUnknown reads YAML that an include gave: lines that are unknown show the map to be open.
func parseUnknown(text string) (map[string]any, bool) {
	if template.IsTainted(text) {
		mended, ok := mendLines(unwild(text))
		if !ok {
			return nil, false
		}
		text = mended
	}
	var parsed map[string]any
	if yaml.Unmarshal([]byte(text), &parsed) != nil || parsed == nil {
		return nil, false
	}
	return parsed, true
}

// unwild: at the top of a map a line that is a value alone can only be entries of it.
func unwild(text string) string { return strings.ReplaceAll(text, template.Token, template.HoleToken) }
