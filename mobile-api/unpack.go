package mobileapi

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"satchel/internal/fault"
)

// What a body may grow to. A batch of mutations packs about fifteen times smaller, five hundred of one kind at most forty; what
// packs better than ratioMax was made to.
const (
	unpackedBytesMax = 4 << 20
	ratioMax         = 100
	ratioFree        = 64 << 10 // up to here any ratio is taken: it costs nothing
	windowBytesMax   = 8 << 20  // what a zstd frame may ask us to remember
)

const unpackOp = "mobileapi.unpack"

// unpack gives the body as the client meant it, in memory of our own. Faults: Unsupported (an encoding that is not read),
// Invalid (not what it says it is), TooLarge.
func unpack(c *fiber.Ctx) ([]byte, error) {
	encodings := c.Request().Header.PeekAll(fiber.HeaderContentEncoding)
	if len(encodings) > 1 {
		return nil, errEncoding
	}
	encoding := ""
	if len(encodings) == 1 {
		encoding = strings.ToLower(strings.TrimSpace(string(encodings[0])))
	}
	packed := c.BodyRaw() // a copy: the app is Immutable
	switch encoding {
	case "", "identity":
		return packed, nil
	case "gzip":
		return unpackGzip(packed)
	case "zstd":
		return unpackZstd(packed)
	}
	return nil, errEncoding
}

var (
	errEncoding = fault.New(fault.Unsupported, unpackOp, "Send the body as it is, or packed once with gzip or zstd.")
	errPacked   = fault.New(fault.Invalid, unpackOp, "The body is not packed as the request says.")
	errUnpacked = fault.New(fault.TooLarge, unpackOp, "The body unpacks to more than is taken in at once. Send less.")
)

var gzipReaders, zstdReaders sync.Pool

func unpackGzip(packed []byte) ([]byte, error) {
	r, ok := gzipReaders.Get().(*gzip.Reader)
	if !ok {
		r = new(gzip.Reader)
	}
	defer gzipReaders.Put(r)
	if err := r.Reset(bytes.NewReader(packed)); err != nil {
		return nil, errPacked
	}
	return readUnpacked(r, len(packed))
}

func unpackZstd(packed []byte) ([]byte, error) {
	r, ok := zstdReaders.Get().(*zstd.Decoder)
	if !ok {
		var err error
		// One at a time, so that it has no goroutine and may be forgotten by the pool.
		r, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(windowBytesMax))
		if err != nil {
			return nil, fault.Wrap(err, fault.Internal, unpackOp, fault.TextOf(nil))
		}
	}
	defer zstdReaders.Put(r)
	if err := r.Reset(bytes.NewReader(packed)); err != nil {
		return nil, errPacked
	}
	return readUnpacked(r, len(packed))
}

// readUnpacked stops one byte behind what a body of this packed size may become.
func readUnpacked(r io.Reader, packed int) ([]byte, error) {
	most := min(unpackedBytesMax, max(ratioFree, ratioMax*packed))
	body, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	switch {
	case len(body) > most:
		return nil, errUnpacked
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return nil, errUnpacked
	case err != nil:
		return nil, errPacked
	}
	return body, nil
}
