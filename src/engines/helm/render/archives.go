package render

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
)

// maxUnpacked bounds a chart with all its archives unpacked, in bytes.
const maxUnpacked = 100 << 20

// archiveMark ends the name of a folder that stands for an archive: charts/redis-1.2.3.tgz!/templates/a.yaml.
// Helm then loads it like any other subchart folder.
const archiveMark = "!"

type unpacker struct{ left int64 }

func unpackArchives(files []namedBytes) ([]namedBytes, error) {
	u := &unpacker{left: maxUnpacked}
	for _, f := range files {
		u.left -= int64(len(f.data))
	}
	if u.left < 0 {
		return nil, errTooLarge
	}
	return u.unpack("", files)
}

// unpack puts the content of each subchart archive where the archive was; prefix is the folder of files.
func (u *unpacker) unpack(prefix string, files []namedBytes) (out []namedBytes, err error) {
	for _, f := range files {
		if !isSubchartArchive(f.name) {
			out = append(out, namedBytes{prefix + f.name, f.data})
			continue
		}
		inner, err := u.open(prefix, f)
		if err != nil {
			return nil, err
		}
		inner, err = u.unpack(prefix+f.name+archiveMark+"/", inner)
		if err != nil {
			return nil, err
		}
		out = append(out, inner...)
	}
	return out, nil
}

func (u *unpacker) open(prefix string, f namedBytes) (files []namedBytes, err error) {
	archive.MaxDecompressedChartSize = u.left
	unpacked, err := archive.LoadArchiveFiles(bytes.NewReader(f.data))
	if err != nil {
		if strings.HasPrefix(err.Error(), "decompressed chart is larger") {
			return nil, errTooLarge
		}
		return nil, inFile(prefix+f.name, fmt.Errorf("error unpacking subchart %s: %w", path.Base(f.name), err))
	}
	for _, file := range unpacked {
		u.left -= int64(len(file.Data))
		files = append(files, namedBytes{file.Name, file.Data})
	}
	return files, nil
}

// isSubchartArchive: charts/x.tgz of the root or of a subchart folder; names that start with _ or . are not charts.
func isSubchartArchive(name string) bool {
	for {
		rest, under := strings.CutPrefix(name, "charts/")
		if !under || strings.IndexAny(rest, "_.") == 0 {
			return false
		}
		folder, inside, deeper := strings.Cut(rest, "/")
		if !deeper {
			return path.Ext(folder) == ".tgz"
		}
		name = inside
	}
}
