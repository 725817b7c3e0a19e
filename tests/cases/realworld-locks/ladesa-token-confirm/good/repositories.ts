import { DataSource } from "typeorm";
import { FolhaPontoEntity, FolhaPontoTokenEntity } from "./entities";

export interface IFolhaPontoRepository {
  loadById(id: string): Promise<FolhaPontoEntity | null>;
  save(folhaPonto: FolhaPontoEntity): Promise<void>;
}

export interface IFolhaPontoTokenRepository {
  saveUsed(token: FolhaPontoTokenEntity): Promise<void>;
}

export class FolhaPontoTypeOrmRepository implements IFolhaPontoRepository {
  constructor(private readonly dataSource: DataSource) {}

  async loadById(id: string): Promise<FolhaPontoEntity | null> {
    return this.dataSource.getRepository(FolhaPontoEntity).findOne({ where: { id } });
  }

  async save(folhaPonto: FolhaPontoEntity): Promise<void> {
    await this.dataSource.getRepository(FolhaPontoEntity).save(folhaPonto);
  }
}

export class FolhaPontoTokenTypeOrmRepository implements IFolhaPontoTokenRepository {
  constructor(private readonly dataSource: DataSource) {}

  async saveUsed(token: FolhaPontoTokenEntity): Promise<void> {
    await this.dataSource.getRepository(FolhaPontoTokenEntity).update({ id: token.id }, { usedAt: token.usedAt });
  }
}
