package check

import (
	"encoding/binary"
	"encoding/json"
	"errors"
)

// Request asks for one object. A list of them travels in one frame.
type Request struct {
	Object  json.RawMessage `json:"object,omitempty"`  // the manifest as a JSON value; absent: read Text
	Text    string          `json:"text,omitempty"`    // the manifest's YAML, where a key written twice still shows
	Old     json.RawMessage `json:"old,omitempty"`     // present: check an update from this manifest
	Version string          `json:"version,omitempty"` // Kubernetes minor to emulate, "1.34"
}

// Problem holds Kubernetes' words about one field, without any value of the object.
type Problem struct {
	Type   string `json:"type"`
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Answer is what the API server would say to one Request.
type Answer struct {
	Supported bool            `json:"supported"`
	Defaulted json.RawMessage `json:"defaulted"` // null when the object could not be decoded
	Decoding  []Problem       `json:"decoding"`
	Errors    []Problem       `json:"errors"`
	Warnings  []Problem       `json:"warnings"`
}

type requestHeader struct {
	Op       string    `json:"op"`
	Requests []Request `json:"requests"`
}

type answerHeader struct {
	Error   string   `json:"error,omitempty"`
	Answers []Answer `json:"answers,omitempty"`
}

// Handle serves one frame: u32le header length, JSON header, blobs (none in either direction here).
func Handle(frame []byte) []byte {
	var out answerHeader
	if in, err := readHeader(frame); err != nil {
		out.Error = err.Error()
	} else if out.Answers, err = checkAll(in.Requests); err != nil {
		out.Error = err.Error()
	}
	header, err := json.Marshal(out)
	if err != nil {
		header = []byte(`{"error":"the answer cannot be written as JSON"}`)
	}
	return append(binary.LittleEndian.AppendUint32(make([]byte, 0, 4+len(header)), uint32(len(header))), header...)
}

// Messages are ours: the decoder's own would quote the request.
func readHeader(frame []byte) (in requestHeader, err error) {
	if len(frame) < 4 {
		return in, errors.New("the request is shorter than its length prefix")
	}
	length := binary.LittleEndian.Uint32(frame)
	if uint64(length) > uint64(len(frame)-4) {
		return in, errors.New("the request header is cut short")
	}
	if json.Unmarshal(frame[4:4+length], &in) != nil {
		return in, errors.New("the request header is not the JSON this engine reads")
	}
	if in.Op != "check" {
		return in, errors.New(`the only operation is "check"`)
	}
	return in, nil
}

func checkAll(requests []Request) ([]Answer, error) {
	answers := make([]Answer, len(requests))
	for i, request := range requests {
		if err := useGates(request.Version); err != nil {
			return nil, err
		}
		answers[i] = check(request)
	}
	return answers, nil
}
