package syncing

import "slices"

const documentVersion = 1

// encodeDocument packs a document. Each origin is written once; writes point to it by its place.
func encodeDocument(d *Document) []byte {
	origins := originsOf(d)
	place := make(map[*Origin]uint64, len(origins))
	p := make(packer, 0, 512)
	p.byte(documentVersion)
	p.string(string(d.ID))
	p.uint(uint64(d.Rev))
	p.uuid(d.Author.UUID)
	p.uint(uint64(d.Created))
	p.uint(uint64(len(d.Audiences)))
	for _, mark := range d.Audiences {
		p.uint(uint64(mark.Rev))
		p.string(mark.Audience)
		p.epochRevs(mark.Was)
	}
	p.uint(uint64(len(origins)))
	for i, o := range origins {
		place[o] = uint64(i) + 1
		packOrigin(&p, o)
	}
	p.uint(uint64(len(d.Deletions)))
	for _, del := range d.Deletions {
		p.uint(place[del.Origin])
		p.uint(place[del.Return])
	}
	p.uint(place[d.Sealing])
	p.bool(d.Untold)
	p.epochRevs(d.DeleteMemory)
	p.epochRevs(d.SealMemory)
	p.uint(uint64(len(d.Fields)))
	for i := range d.Fields {
		f := &d.Fields[i]
		p.string(f.Name)
		p.string(f.Elem)
		p.uint(uint64(f.Changed))
		p.epochRevs(f.Memory)
		p.uint(uint64(len(f.Writes)))
		for _, w := range f.Writes {
			p.uint(place[w.Origin])
			p.nullable(w.Value)
		}
		p.uint(uint64(len(f.Drops)))
		for _, o := range f.Drops {
			p.uint(place[o])
		}
	}
	return p
}

func packOrigin(p *packer, o *Origin) {
	p.uint(uint64(o.Rev))
	p.uuid(o.Replica.UUID)
	p.uint(o.N)
	p.uuid(o.By.UUID)
	p.int(o.At)
	p.int(o.Effective)
	p.epochRevs(o.Was)
	packContinued(p, o.Continues)
}

// originsOf lists the mutations that a document still speaks of, by rev.
func originsOf(d *Document) []*Origin {
	var list []*Origin
	add := func(o *Origin) {
		if o != nil && !slices.Contains(list, o) {
			list = append(list, o)
		}
	}
	for _, del := range d.Deletions {
		add(del.Origin)
		add(del.Return)
	}
	add(d.Sealing)
	for i := range d.Fields {
		for _, w := range d.Fields[i].Writes {
			add(w.Origin)
		}
		for _, o := range d.Fields[i].Drops {
			add(o)
		}
	}
	return list
}

func decodeDocument(row []byte) (*Document, error) {
	u := &unpacker{rest: row}
	if u.byte() != documentVersion {
		return nil, errRow
	}
	d := &Document{ID: DocID(u.string()), Rev: Rev(u.uint()), Author: AccountID{u.uuid()}, Created: Rev(u.uint())}
	d.Audiences = make([]AudienceMark, u.count(3))
	for i := range d.Audiences {
		d.Audiences[i] = AudienceMark{Rev(u.uint()), u.string(), u.epochRevs()}
	}
	origins := make([]Origin, u.count(originBytesMin))
	for i := range origins {
		origins[i] = unpackOrigin(u)
	}
	at := func() *Origin {
		n := u.uint()
		if n == 0 || n > uint64(len(origins)) {
			if n != 0 {
				u.fail()
			}
			return nil
		}
		return &origins[n-1]
	}
	named := func() *Origin { // where a document without one would have no author to ask
		o := at()
		if o == nil {
			u.fail()
		}
		return o
	}
	d.Deletions = make([]Deletion, u.count(2))
	for i := range d.Deletions {
		d.Deletions[i] = Deletion{Origin: named(), Return: at()}
	}
	d.Sealing = at()
	d.Untold = u.bool()
	d.DeleteMemory = u.epochRevs()
	d.SealMemory = u.epochRevs()
	d.Fields = make([]Field, u.count(6))
	for i := range d.Fields {
		f := Field{Name: u.string(), Elem: u.string(), Changed: Rev(u.uint()), Memory: u.epochRevs()}
		f.Writes = make([]Write, u.count(2))
		for j := range f.Writes {
			f.Writes[j] = Write{Origin: named(), Value: u.nullable()}
		}
		f.Drops = make([]*Origin, u.count(1))
		for j := range f.Drops {
			f.Drops[j] = named()
		}
		d.Fields[i] = f
	}
	if err := u.done(); err != nil || len(d.Audiences) == 0 {
		return nil, errRow
	}
	return d, nil
}

// originBytesMin is the length of the shortest origin: eight parts, of which two are ids.
const originBytesMin = 6 + 2*16

func unpackOrigin(u *unpacker) Origin {
	return Origin{
		Rev: Rev(u.uint()), Replica: ReplicaID{u.uuid()}, N: u.uint(), By: AccountID{u.uuid()},
		At: u.int(), Effective: u.int(), Was: u.epochRevs(), Continues: unpackContinued(u),
	}
}
