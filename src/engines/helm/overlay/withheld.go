package engine

import (
	"errors"
	"fmt"

	"helm.sh/helm/v4/pkg/chart/common"
)

// Withheld is the content of a file that the host did not send.
var Withheld = []byte("withheld")

// WithheldTouched tells that a template looked at a chart's files and would have had to see a withheld one.
var WithheldTouched bool

// filesOf is what templates see as .Files.
func filesOf(from []*common.File) any {
	for _, f := range from {
		if len(f.Data) > 0 && &f.Data[0] == &Withheld[0] {
			return withheldFiles{}
		}
	}
	return newFiles(from)
}

// withheldFiles stands for the files of a chart that was not sent whole. Whatever a template does with it shows.
type withheldFiles struct{}

var errWithheld = errors.New("a file was withheld")

func (withheldFiles) touch() error {
	WithheldTouched = true
	return errWithheld
}

func (w withheldFiles) GetBytes(string) ([]byte, error) { return nil, w.touch() }
func (w withheldFiles) Get(string) (string, error)      { return "", w.touch() }
func (w withheldFiles) Glob(string) (files, error)      { return nil, w.touch() }
func (w withheldFiles) AsConfig() (string, error)       { return "", w.touch() }
func (w withheldFiles) AsSecrets() (string, error)      { return "", w.touch() }
func (w withheldFiles) Lines(string) ([]string, error)  { return nil, w.touch() }
func (w withheldFiles) MarshalJSON() ([]byte, error)    { return nil, w.touch() }
func (w withheldFiles) Format(fmt.State, rune)          { _ = w.touch() }
