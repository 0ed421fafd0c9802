package bolt

import (
	"go.etcd.io/bbolt"

	"satchel/internal/fault"
)

// bbolt panics on pages that it cannot make sense of. Each call into it that reads pages goes through one of these, so that such
// a page is a fault of one request. What they return is bbolt's own memory.

func bucket(tx *bbolt.Tx, name []byte) (b *bbolt.Bucket, err error) {
	defer caught("bolt.Tx", &err)
	return tx.Bucket(name), nil
}

func createBucket(tx *bbolt.Tx, name []byte) (b *bbolt.Bucket, err error) {
	defer caught("bolt.Tx", &err)
	b, err = tx.CreateBucketIfNotExists(name)
	return b, fault.Wrap(err, fault.Internal, "bolt.Tx", textOurs)
}

func get(b *bbolt.Bucket, key []byte) (value []byte, err error) {
	defer caught("bolt.Tx", &err)
	return b.Get(key), nil
}

func seek(c *bbolt.Cursor, key []byte) (k, v []byte, err error) {
	defer caught("bolt.Tx", &err)
	k, v = c.Seek(key)
	return k, v, nil
}

func next(c *bbolt.Cursor) (k, v []byte, err error) {
	defer caught("bolt.Tx", &err)
	k, v = c.Next()
	return k, v, nil
}

// change puts a value or, with nil, removes the row.
func change(b *bbolt.Bucket, key, value []byte) (err error) {
	defer caught("bolt.Tx", &err)
	if value == nil {
		err = b.Delete(key)
	} else {
		err = b.Put(key, value)
	}
	return fault.Wrap(err, fault.Internal, "bolt.Tx", textOurs)
}
