package build

import (
	"regexp"
	"strconv"
	"strings"
)

// failure is why nothing was built, in Kustomize's own words.
type failure struct {
	Message string `json:"message"`
	File    string `json:"file,omitempty"` // the innermost file or folder that Kustomize names
	Line    int    `json:"line,omitempty"` // from 1
	Step    *int   `json:"step,omitempty"` // index of the step that could not be done
}

// maxMessage bounds what deep nesting has to say, in bytes at either end.
const maxMessage = 2000

func failureOf(err error) *failure {
	message := err.Error()
	found := &failure{Message: plain(message)}
	for _, name := range named.FindAllStringSubmatch(message, -1) {
		found.File = relative(name[1])
	}
	if line := yamlLine.FindStringSubmatch(message); line != nil {
		found.Line, _ = strconv.Atoi(line[1])
	}
	return found
}

// Paths in messages start at the root of the file system.
var (
	named    = regexp.MustCompile(`(?:^|[\s'"(])(/[^'"\n\\]*?)(?:['":)]|\s|$)`)
	yamlLine = regexp.MustCompile(`yaml: line (\d+)`)
)

// plain bounds a message.
func plain(message string) string {
	if len(message) <= 2*maxMessage {
		return message
	}
	shortened := message[:maxMessage] + "\n…\n" + message[len(message)-maxMessage:]
	return strings.ToValidUTF8(shortened, "")
}
