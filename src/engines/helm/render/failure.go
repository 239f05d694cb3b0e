package render

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// failure is why nothing was rendered, in Helm's own words where Helm has some.
type failure struct {
	Message string   `json:"message"`
	File    string   `json:"file,omitempty"`   // under the chart root, or a values file's name
	Line    int      `json:"line,omitempty"`   // from 1
	Column  int      `json:"column,omitempty"` // from 1
	Reason  string   `json:"reason"`
	Missing []string `json:"missing,omitempty"`
}

func (f *failure) Error() string { return f.Message }

func failureOf(err error) *failure {
	if known, ok := errors.AsType[*failure](err); ok {
		return known
	}
	return &failure{Message: plain(err), Reason: "render-failed"}
}

// maxMessage bounds what a deep recursion has to say, in bytes at either end.
const maxMessage = 2000

// plain is Helm's message without the mark that unpacked archives carry in their folder's name.
func plain(err error) string {
	message := strings.ReplaceAll(err.Error(), ".tgz"+archiveMark, ".tgz")
	if len(message) <= 2*maxMessage {
		return message
	}
	shortened := message[:maxMessage] + "\n…\n" + message[len(message)-maxMessage:]
	return strings.ToValidUTF8(shortened, "")
}

func unsupported(message string) error { return &failure{Message: message, Reason: "unsupported"} }

var errTooLarge = &failure{Message: "the chart with its archives unpacked is larger than 100 MiB", Reason: "too-large"}

func missingDependencies(names []string) error {
	return &failure{
		Message: "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build'" +
			" to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: " + strings.Join(names, ", "),
		Reason:  "missing-dependency",
		Missing: names,
	}
}

var yamlLine = regexp.MustCompile(`yaml: line (\d+)`)

// inFile points at the file that could not be read, and at the line if the YAML reader names one.
func inFile(file string, err error) error {
	found := &failure{Message: plain(err), File: file, Reason: "render-failed"}
	if line := yamlLine.FindStringSubmatch(err.Error()); line != nil {
		found.Line, _ = strconv.Atoi(line[1])
	}
	return found
}

var (
	inSubchart = regexp.MustCompile(`^error unpacking subchart (\S+) in \S+: `)
	unreadable = regexp.MustCompile(`^cannot load (\S+): `)
)

// locateLoad finds the file that Helm's loader speaks of: it names subchart folders from the outside in.
func locateLoad(err error) error {
	if _, known := errors.AsType[*failure](err); known {
		return err
	}
	folder, rest := "", err.Error()
	for {
		sub := inSubchart.FindStringSubmatch(rest)
		if sub == nil {
			break
		}
		folder, rest = folder+"charts/"+sub[1]+"/", rest[len(sub[0]):]
	}
	if file := unreadable.FindStringSubmatch(rest); file != nil {
		return inFile(folder+file[1], err)
	}
	return inFile(folder+"Chart.yaml", err)
}

var (
	located    = regexp.MustCompile(`([^\s()":]+):(\d+)(?::(\d+))?`)
	firstPlace = regexp.MustCompile(`^(?:parse|execution) error at \(`)
	notYAML    = regexp.MustCompile(`^YAML parse error on (.+?): `)
)

// locate finds the template that a message of Helm's engine names; in a chain of calls, the innermost one.
func (t templateFiles) locate(err error) *failure {
	message := err.Error()
	if name := notYAML.FindStringSubmatch(message); name != nil {
		return &failure{Message: plain(err), File: t.path(name[1]), Reason: "render-failed"}
	}
	found := &failure{Message: plain(err), Reason: "render-failed"}
	for _, at := range located.FindAllStringSubmatch(message, -1) {
		file := t[at[1]]
		if file == nil {
			continue
		}
		found.File = file.path
		found.Line, _ = strconv.Atoi(at[2])
		if found.Column, _ = strconv.Atoi(at[3]); at[3] != "" {
			found.Column++ // text/template counts columns from 0
		}
		if firstPlace.MatchString(message) {
			break // the chart's own text follows
		}
	}
	return found
}
