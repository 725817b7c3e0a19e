import { DataSource } from "typeorm";
import { FolhaPontoTokenEntity } from "./entities";
import type { IFolhaPontoRepository, IFolhaPontoTokenRepository } from "./repositories";

export class FolhaPontoTokenConfirmHandler {
  constructor(
    private readonly repository: IFolhaPontoRepository,
    private readonly tokenRepository: IFolhaPontoTokenRepository,
    private readonly dataSource: DataSource,
  ) {}

  /**
   * Confirma a ação validando o token. Usa Pessimistic Lock na transação.
   */
  async confirmar(tokenId: string): Promise<{ folhaPontoId: string }> {
    return this.dataSource.transaction(async (manager) => {
      // 1. Pessimistic Lock no token para evitar duplo-clique.
      const token = await manager.getRepository(FolhaPontoTokenEntity).findOne({
        where: { id: tokenId },
        lock: { mode: "pessimistic_write" },
      });
      if (!token || token.usedAt) {
        throw new Error("Este link já foi utilizado anteriormente.");
      }

      const folhaPonto = await this.repository.loadById(token.folhaPontoId);
      if (!folhaPonto) {
        throw new Error("Folha de ponto não encontrada.");
      }

      // 2. Aplicar ação no domínio da FolhaPonto
      folhaPonto.status = token.tipo === "APROVACAO" ? "APROVADA" : "REJEITADA";

      // 3. Marcar token como consumido
      token.usedAt = new Date().toISOString();

      // 4. Salvar tudo
      await this.repository.save(folhaPonto);
      await this.tokenRepository.saveUsed(token);

      return { folhaPontoId: folhaPonto.id };
    });
  }
}
