export class Connection {
  constructor(readonly region: string) {}
}
