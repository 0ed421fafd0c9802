package mobileapi

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"satchel/internal/fault"
)

// packAbove is the size above which an answer is packed: below it the whole answer travels in one packet anyway.
const packAbove = 1400

// answer writes v as JSON into the response's own buffer, and packs it if it is large and the client reads that. The same value
// gives the same bytes.
func answer(c *fiber.Ctx, status int, v any) error {
	response := c.Response()
	response.ResetBody()
	if err := json.MarshalWrite(response.BodyWriter(), v, json.Deterministic(true)); err != nil {
		return fault.Wrap(err, fault.Internal, "mobileapi.answer", fault.TextOf(nil))
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Status(status)
	return pack(c)
}

// packers of the fast levels. The zstd encoder keeps no state between calls of EncodeAll.
var (
	zstdPacker = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	})
	gzipPackers = sync.Pool{New: func() any {
		w, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level is valid
		return w
	}}
	packBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
)

func pack(c *fiber.Ctx) error {
	body := c.Response().Body()
	if len(body) <= packAbove {
		return nil
	}
	c.Vary(fiber.HeaderAcceptEncoding)
	accepted := c.Get(fiber.HeaderAcceptEncoding)
	buffer := packBuffers.Get().(*bytes.Buffer)
	defer packBuffers.Put(buffer)
	buffer.Reset()
	encoding := ""
	switch {
	case accepts(accepted, "zstd"):
		packer, err := zstdPacker()
		if err != nil {
			return fault.Wrap(err, fault.Internal, "mobileapi.pack", fault.TextOf(nil))
		}
		encoding = "zstd"
		buffer.Write(packer.EncodeAll(body, buffer.AvailableBuffer()))
	case accepts(accepted, "gzip"):
		encoding = "gzip"
		packer := gzipPackers.Get().(*gzip.Writer)
		packer.Reset(buffer)
		_, _ = packer.Write(body) // into memory: it cannot fail
		_ = packer.Close()
		gzipPackers.Put(packer)
	default:
		return nil
	}
	c.Set(fiber.HeaderContentEncoding, encoding)
	c.Response().SetBody(buffer.Bytes()) // copies
	return nil
}

// accepts reads Accept-Encoding: named, and not with a weight of nothing.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, found := strings.CutPrefix(strings.TrimSpace(weight), "q=")
		value, err := strconv.ParseFloat(q, 64)
		return !found || err == nil && value > 0
	}
	return false
}

// done answers that something was done and there is nothing more to say.
func done(c *fiber.Ctx) error {
	c.Status(fiber.StatusNoContent)
	return nil
}
