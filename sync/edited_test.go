package syncing

// EditedRow is a document's row as somebody with the keys would leave it; nil if the edit changes nothing there.
func EditedRow(row []byte, edit func(*Document) bool) []byte {
	d, err := decodeDocument(row)
	if err != nil || !edit(d) {
		return nil
	}
	return encodeDocument(d)
}
