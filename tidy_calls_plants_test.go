package satchel_test

import "testing"

// fn makes a file of package p which imports the paths given and has one function with this body.
func fn(body string, imports ...string) string {
	code := "package p\n"
	for _, i := range imports {
		code += "import " + i + "\n"
	}
	return code + "func f() { " + body + " }\n"
}

func TestCallRulesSeeBreaches(t *testing.T) {
	t.Parallel()
	t.Run("the body of a request", requestBody)
	t.Run("tests", testHabits)
	t.Run("clock and chance", clockAndChance)
	t.Run("rooms", roomCalls)
}

func requestBody(t *testing.T) {
	t.Parallel()
	planted(t, unboundedBody, []plant{
		{"raw", "mobile-api/a.go", fn("c.BodyRaw()"), ""},
		{"what we answered", "mobile-api/a_test.go", fn("c.Response().Body()"), ""},
		{"the field of a net/http answer", "mobile-api/a_test.go", fn("read(resp.Body)"), ""},
		{"unpacked without a limit", "mobile-api/a.go", fn("c.Body()"), "bounded decoder"},
		{"under another name", "server/a.go", fn("use(ctx.Body())"), "bounded decoder"},
	})
	planted(t, forbiddenCalls, []plant{
		{"BodyParser", "mobile-api/a.go", fn("c.BodyParser(&x)"), "BodyParser"},
		{"ParamsParser", "mobile-api/a.go", fn("c.ParamsParser(&x)"), "ParamsParser"},
		{"QueryParser", "server/a.go", fn("c.QueryParser(&x)"), "QueryParser"},
	})
}

func testHabits(t *testing.T) {
	t.Parallel()
	planted(t, forbiddenCalls, []plant{
		{"a skip", "server/a_test.go", fn("t.Skip()"), "skipped test"},
		{"a skip with words", "sync/storetest/run.go", fn(`t.Skipf("not here")`), "skipped test"},
		{"a skip now", "server/a_test.go", fn("b.SkipNow()"), "skipped test"},
		{"a Skip that is no test's", "server/a.go", fn("page.Skip(3)"), ""},
		{"a sleep", "server/a_test.go", fn("time.Sleep(1)", `"time"`), "Wait for what you wait for"},
		{"a sleep under another name", "server/a_test.go", fn("clock.Sleep(1)", `clock "time"`), "Wait for what you wait for"},
		{"a pause of the program", "server/a.go", fn("time.Sleep(1)", `"time"`), ""},
		{"chance without a seed", "internal/bolt/a_test.go", fn("rand.IntN(3)", `"math/rand/v2"`), "seed in the test's name"},
		{"chance with a seed", "internal/bolt/a_test.go", fn("rand.New(rand.NewPCG(7, 0))", `"math/rand/v2"`), ""},
	})
}

func clockAndChance(t *testing.T) {
	t.Parallel()
	planted(t, forbiddenCalls, []plant{
		{"a clock in sync", "sync/engine.go", fn("time.Now()", `"time"`), "have no clock"},
		{"a clock in the replica", "sync/replica/a.go", fn("time.Since(x)", `"time"`), "have no clock"},
		{"a clock as a value", "internal/care/a.go", fn("use(time.Now)", `"time"`), "have no clock"},
		{"a clock in a test of sync", "sync/a_test.go", fn("time.Now()", `"time"`), ""},
		{"a clock in a store", "internal/bolt/a.go", fn("time.Now()", `"time"`), ""},
		{"time as a value", "internal/care/a.go", fn("time.UnixMilli(x)", `"time"`), ""},
		{"chance in sync", "sync/a.go", fn("rand.IntN(3)", `"math/rand/v2"`), "handed in"},
		{"a seed chosen in care", "internal/care/a.go", fn("rand.New(source)", `"math/rand"`), "handed in"},
		{"chance handed in", "sync/a.go", "package p\nimport \"math/rand/v2\"\nfunc f(r *rand.Rand) { r.IntN(3) }", ""},
		{"secret chance in sync", "sync/a.go", fn("rand.Read(x)", `"crypto/rand"`), "handed in"},
		{"an id made in care", "internal/care/a.go", fn("uuid.NewV7()", `"github.com/google/uuid"`), "handed in"},
		{"an id read in sync", "sync/a.go", fn("uuid.Parse(x)", `"github.com/google/uuid"`), ""},
		{"the simulation with a seed", "sync/sim/a.go", fn("rand.New(rand.NewPCG(1, 0))", `"math/rand/v2"`), ""},
		{"the simulation without", "sync/sim/a.go", fn("rand.IntN(3)", `"math/rand/v2"`), "replayable"},
		{"the store contract without", "sync/storetest/a.go", fn("rand.Shuffle(3, x)", `"math/rand"`), "replayable"},
		{"a secret by plain chance", "internal/identity/code.go", fn("rand.IntN(3)", `"math/rand/v2"`), "crypto/rand"},
		{"a key by seeded chance", "internal/seal/key.go", fn("rand.NewChaCha8(x)", `"math/rand/v2"`), "crypto/rand"},
		{"a secret by secret chance", "internal/seal/key.go", fn("rand.Read(x)", `"crypto/rand"`), ""},
	})
}

func roomCalls(t *testing.T) {
	t.Parallel()
	ctx := func(pkg string) string {
		return "package p\nimport " + pkg + "\nfunc f(c *fiber.Ctx) {}\n"
	}
	planted(t, forbiddenCalls, []plant{
		{"a request in the API", "mobile-api/a.go", ctx(`"github.com/gofiber/fiber/v2"`), ""},
		{"a request in care", "internal/care/a.go", ctx(`"github.com/gofiber/fiber/v2"`), "plain values"},
		{"a scope by identity", "internal/identity/a.go", fn("syncing.NewScope()", `"satchel/sync"`), ""},
		{"a scope inside sync", "sync/replica/a.go", fn("syncing.NewScope()", `"satchel/sync"`), ""},
		{"a scope in a test", "mobile-api/a_test.go", fn("syncing.NewScope()", `"satchel/sync"`), ""},
		{"a scope by the API", "mobile-api/a.go", fn("syncing.NewScope()", `"satchel/sync"`), "Only internal/identity"},
		{"a scope under another name", "server/a.go", fn("s.NewScope()", `s "satchel/sync"`), "Only internal/identity"},
	})
	planted(t, dotImports, []plant{
		{"spelled", "server/a.go", fn("", `"time"`), ""},
		{"with a dot", "server/a.go", fn("", `. "time"`), "with a dot"},
	})
}
