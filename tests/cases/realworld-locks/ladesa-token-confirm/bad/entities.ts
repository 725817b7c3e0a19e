export class FolhaPontoEntity { id!: string; status!: 'PENDENTE' | 'APROVADA' | 'REJEITADA' }
export class FolhaPontoTokenEntity { id!: string; folhaPontoId!: string; tipo!: 'APROVACAO' | 'REJEICAO'; usedAt!: string | null }
