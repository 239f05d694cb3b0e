package render

import (
	"encoding/binary"
	"encoding/json"
	"errors"
)

// namedSize announces one blob of a request.
type namedSize struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

// namedBytes is a file or a values file of a request.
type namedBytes struct {
	name string
	data []byte
}

type requestHeader struct {
	Op          string      `json:"op"`
	Files       []namedSize `json:"files"`
	Withheld    []string    `json:"withheld"` // files of the chart that are asked for when a template looks
	Values      []namedSize `json:"values"`   // their blobs follow those of Files
	ReleaseName string      `json:"releaseName"`
	Namespace   string      `json:"namespace"`
	KubeVersion string      `json:"kubeVersion"`
	APIVersions []string    `json:"apiVersions"`
	Served      []string    `json:"servedVersions"` // in place of what Helm knows without a cluster
	IncludeCRDs bool        `json:"includeCrds"`
	IsUpgrade   bool        `json:"isUpgrade"`
	Trace       bool        `json:"trace"`
	Lenient     bool        `json:"lenient"` // go on where Helm gives up, and say what is not known
	Reads       bool        `json:"reads"` // with Trace: also which values each line's expressions read
}

type request struct {
	requestHeader
	files  []namedBytes
	values []namedBytes
}

// documentHeader announces one rendered document; its text is a blob.
type documentHeader struct {
	Source string `json:"source"` // Helm's `# Source:` path
	Kind   string `json:"kind"`   // manifest | hook | crd
	File   string `json:"file"`   // the template's path under the chart root
}

type answerHeader struct {
	Error     *failure         `json:"error,omitempty"`
	Warnings  []string         `json:"warnings"`
	Documents []documentHeader `json:"documents"`
	Files     []string         `json:"files,omitempty"`     // paths that places name by index
	Actions   []string         `json:"actions,omitempty"`   // expressions that places name by index
	ReadPaths [][2]any         `json:"readPaths,omitempty"` // values that the log of reads names by index: parent, key
	ReadsFull bool             `json:"readsFull,omitempty"` // there was more to record
	Unknown   *unknown         `json:"unknown,omitempty"`   // of a lenient render
	Blobs     []int            `json:"blobs"`               // sizes: texts, then with a trace: places, origins of each document, with reads: log, reads of each document
}

type answer struct {
	answerHeader
	blobs [][]byte
}

func (a *answer) addBlob(blob []byte) {
	a.Blobs = append(a.Blobs, len(blob))
	a.blobs = append(a.blobs, blob)
}

// frame writes u32le header length, JSON header, blobs back to back.
func (a *answer) frame() []byte {
	header, err := json.Marshal(a.answerHeader)
	if err != nil {
		header = []byte(`{"error":{"message":"the answer cannot be written as JSON","reason":"render-failed"},"blobs":[]}`)
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
	return in, in.takeBlobs(rest[length:])
}

func (in *request) takeBlobs(rest []byte) error {
	take := func(sizes []namedSize) (taken []namedBytes) {
		for _, s := range sizes {
			size := min(max(s.Size, 0), len(rest))
			taken = append(taken, namedBytes{s.Name, rest[:size:size]})
			rest = rest[size:]
		}
		return taken
	}
	in.files, in.values = take(in.Files), take(in.Values)
	if len(rest) > 0 {
		return errors.New("the request holds bytes that no file claims")
	}
	return nil
}
