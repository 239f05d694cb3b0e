package build

import (
	"encoding/binary"
	"encoding/json"
	"errors"

	"sigs.k8s.io/kustomize/api/resource"
)

// file announces one blob of a request.
type file struct {
	Name string `json:"name"` // from the root of the repository
	Size int    `json:"size"`
}

type requestHeader struct {
	Op    string `json:"op"`
	Path  string `json:"path"` // folder of the kustomization; "." for the root
	Files []file `json:"files"`
	Trace bool   `json:"trace"`
	// Files may stand outside their kustomization's folder, as Flux and `--load-restrictor LoadRestrictionsNone` allow.
	Unrestricted bool `json:"unrestricted"`
}

type request struct {
	requestHeader
	contents [][]byte
}

// step names a generator or transformer.
type step struct {
	File  string `json:"file"`
	Kind  string `json:"kind"`
	Index int    `json:"index"`
}

// document announces one object; its text is a blob.
type document struct {
	File    string  `json:"file,omitempty"`  // where it was read; absent for a generated object
	Ordinal int     `json:"ordinal"`         // among the objects of the file
	Maker   *int    `json:"maker,omitempty"` // index of the step that generated it
	Set     [][]any `json:"set,omitempty"`   // index of a step, then the path of a field that it set
	Gone    [][]any `json:"gone,omitempty"`  // the same of fields that it took away
}

type dropped struct {
	Step    *int   `json:"step,omitempty"`
	Message string `json:"message"`
}

type answerHeader struct {
	Error     *failure        `json:"error,omitempty"`
	Documents []document      `json:"documents"`
	Steps     []step          `json:"steps"`
	Skips     []resource.Skip `json:"skips"`
	Dropped   []dropped       `json:"dropped"`
	Blobs     []int           `json:"blobs"`
}

type answer struct {
	answerHeader
	blobs [][]byte
	known map[resource.Step]int
}

func newAnswer() *answer {
	return &answer{
		answerHeader: answerHeader{
			Documents: []document{}, Steps: []step{}, Skips: []resource.Skip{}, Dropped: []dropped{}, Blobs: []int{},
		},
		known: map[resource.Step]int{},
	}
}

func (a *answer) add(d document, text []byte) {
	a.Documents = append(a.Documents, d)
	a.Blobs = append(a.Blobs, len(text))
	a.blobs = append(a.blobs, text)
}

// step is the index under which the answer names a step.
func (a *answer) step(s *resource.Step) *int {
	if s == nil {
		return nil
	}
	index, ok := a.known[*s]
	if !ok {
		index = len(a.Steps)
		a.known[*s] = index
		a.Steps = append(a.Steps, step{relative(s.File), s.Kind, s.Index})
	}
	return &index
}

// frame writes u32le header length, JSON header, blobs back to back.
func (a *answer) frame() []byte {
	header, err := json.Marshal(a.answerHeader)
	if err != nil {
		header = []byte(`{"error":{"message":"the answer cannot be written as JSON"},"documents":[],"blobs":[]}`)
	}
	size := 4 + len(header)
	for _, blob := range a.blobs {
		size += len(blob)
	}
	frame := binary.LittleEndian.AppendUint32(make([]byte, 0, size), uint32(len(header)))
	frame = append(frame, header...)
	for _, blob := range a.blobs {
		frame = append(frame, blob...)
	}
	return frame
}

func readRequest(frame []byte) (*request, error) {
	if len(frame) < 4 {
		return nil, errors.New("the request is shorter than its length prefix")
	}
	length, rest := uint64(binary.LittleEndian.Uint32(frame)), frame[4:]
	if length > uint64(len(rest)) {
		return nil, errors.New("the request header is cut short")
	}
	in := &request{}
	if err := json.Unmarshal(rest[:length], &in.requestHeader); err != nil {
		return nil, errors.New("the request header is not the JSON this engine reads")
	}
	rest = rest[length:]
	for _, f := range in.Files {
		size := min(max(f.Size, 0), len(rest))
		in.contents = append(in.contents, rest[:size:size])
		rest = rest[size:]
	}
	if len(rest) > 0 {
		return nil, errors.New("the request holds bytes that no file claims")
	}
	return in, nil
}
