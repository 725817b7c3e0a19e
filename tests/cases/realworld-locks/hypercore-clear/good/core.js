const Mutex = require('./mutex')

module.exports = class Core {
  constructor (header, oplog, tree, blocks, bitfield, onupdate) {
    this.header = header
    this.oplog = oplog
    this.tree = tree
    this.blocks = blocks
    this.bitfield = bitfield
    this.onupdate = onupdate
    this.truncating = 0
    this._mutex = new Mutex()
  }

  async truncate (length, fork) {
    this.truncating++
    await this._mutex.lock()

    try {
      const batch = await this.tree.truncate(length, fork)
      await this._truncate(batch)
    } finally {
      this.truncating--
      this._mutex.unlock()
    }
  }

  async clear (start, end) {
    await this._mutex.lock()

    try {
      const entry = {
        userData: null,
        treeNodes: null,
        bitfield: { start, length: end - start, drop: true }
      }

      await this.oplog.append([entry], false)

      this.bitfield.setRange(start, end - start, false)

      if (start < this.header.contiguousLength) {
        this.header.contiguousLength = start
      }

      start = this.bitfield.lastSet(start) + 1
      while (end < this.tree.length && this.bitfield.get(end) === false) end++

      const offset = await this.tree.byteOffset(start * 2)
      const [byteEnd, byteEndLength] = await this.tree.byteRange((end - 1) * 2)
      const length = (byteEnd + byteEndLength) - offset

      await this.blocks.clear(offset, length)

      this.onupdate(0, entry.bitfield, null, null)

      if (this._shouldFlush()) await this._flushOplog()
    } finally {
      this._mutex.unlock()
    }
  }

  async _truncate (batch) {
    await this.oplog.append([{ userData: null, treeNodes: batch.nodes, bitfield: null }], false)
    this.tree.length = batch.length
    if (this._shouldFlush()) await this._flushOplog()
  }

  _shouldFlush () {
    return this.oplog.byteLength >= 65536
  }

  async _flushOplog () {
    await this.bitfield.flush()
    await this.tree.flush()
    await this.oplog.flush(this.header)
  }
}
