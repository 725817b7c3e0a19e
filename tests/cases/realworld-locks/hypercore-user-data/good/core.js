const Mutex = require('./mutex')

module.exports = class Core {
  constructor (header, oplog) {
    this.header = header
    this.oplog = oplog
    this._mutex = new Mutex()
  }

  async userData (key, value) {
    // TODO: each oplog append can set user data, so we should have a way
    // to just hitch a ride on one of the other ongoing appends?
    await this._mutex.lock()

    try {
      let empty = true

      for (const u of this.header.userData) {
        if (u.key !== key) continue
        if (value && u.value.equals(value)) return
        empty = false
        break
      }

      if (empty && !value) return

      const entry = { userData: { key, value }, treeNodes: null, treeUpgrade: null, bitfield: null }

      await this.oplog.append([entry], false)

      updateUserData(this.header.userData, key, value)
    } finally {
      this._mutex.unlock()
    }
  }
}

function updateUserData (list, key, value) {
  for (let i = 0; i < list.length; i++) {
    if (list[i].key === key) {
      if (value) list[i].value = value
      else list.splice(i, 1)
      return
    }
  }

  if (value) list.push({ key, value })
}
