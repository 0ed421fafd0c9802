package heads

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"

	"satchel/internal/fault"
)

// published is one line of the file of signed heads. A line of the server's log has the same member, so what was shipped as a log
// can be handed in as it is.
type published struct {
	Note string `json:"note"`
}

// Publish appends a signed head to the file at path. It is on disk when it returns nil.
func Publish(path, signed string) error {
	const op, text = "heads.Publish", "A signed head cannot be written into its file."
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Forbidden, op, text)
	}
	line, err := json.Marshal(published{signed})
	if err == nil {
		_, err = f.Write(append(append([]byte("\n"), line...), '\n')) // a torn line before it is ended first
	}
	return fault.Wrap(errors.Join(err, f.Sync(), f.Close()), fault.Internal, op, text)
}

// Published lists the signed notes of a file, in its order. Lines that hold none are passed over. A file that is not there has none.
func Published(path string) (notes []string, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Forbidden, "heads.Published", "A file of signed heads cannot be read by this user.")
	}
	_, err = scan(f, func(line string) error {
		var p published
		if json.Unmarshal([]byte(line), &p) == nil && p.Note != "" {
			notes = append(notes, p.Note)
		}
		return nil
	})
	return notes, fault.Wrap(errors.Join(err, f.Close()), fault.Internal, "heads.Published", "A file of signed heads cannot be read.")
}
