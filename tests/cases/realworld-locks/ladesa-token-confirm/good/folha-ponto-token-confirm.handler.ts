import { DataSource } from "typeorm";
import { FolhaPontoEntity, FolhaPontoTokenEntity } from "./entities";

export class FolhaPontoTokenConfirmHandler {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Confirma a ação validando o token. Usa Pessimistic Lock na transação.
   * TODAS as operações de leitura e escrita usam o EntityManager da transação
   * para evitar deadlocks com conexões separadas do pool.
   */
  async confirmar(tokenId: string): Promise<{ folhaPontoId: string }> {
    return this.dataSource.transaction(async (manager) => {
      const tokenRepo = manager.getRepository(FolhaPontoTokenEntity);
      const folhaPontoRepo = manager.getRepository(FolhaPontoEntity);

      // 1. Pessimistic Lock no token para evitar duplo-clique.
      const token = await tokenRepo.findOne({
        where: { id: tokenId },
        lock: { mode: "pessimistic_write" },
      });
      if (!token || token.usedAt) {
        throw new Error("Este link já foi utilizado anteriormente.");
      }

      const folhaPonto = await folhaPontoRepo.findOne({
        where: { id: token.folhaPontoId },
        lock: { mode: "pessimistic_write" },
      });
      if (!folhaPonto) {
        throw new Error("Folha de ponto não encontrada.");
      }

      // 2. Aplicar ação no domínio da FolhaPonto
      folhaPonto.status = token.tipo === "APROVACAO" ? "APROVADA" : "REJEITADA";

      // 3. Marcar token como consumido
      token.usedAt = new Date().toISOString();

      // 4. Salvar tudo USANDO O MESMO MANAGER DA TRANSAÇÃO (evita deadlock com conexões externas)
      await folhaPontoRepo.save(folhaPonto);
      await tokenRepo.update({ id: token.id }, { usedAt: token.usedAt });

      return { folhaPontoId: folhaPonto.id };
    });
  }
}
