package syncing

// Ahead is what a ReadTx has whose rows are far away: told which rows of a table will be asked for, it fetches them in one exchange. It changes no answer, and nobody
// has to ask for what was fetched.
type Ahead interface {
	Ahead(table Table, keys [][]byte) error
}

// aheadRows is how many rows are fetched ahead at once.
const aheadRows = 64

// ahead tells a transaction what will be asked for.
func ahead(tx ReadTx, table Table, keys [][]byte) error {
	if far, is := tx.(Ahead); is && len(keys) > 1 {
		return far.Ahead(table, keys)
	}
	return nil
}
