import { createHash, randomUUID } from "node:crypto";
import { BaseService } from "./baseService.server";
import { $transaction } from "./db.server";
import { uploadToObjectStore } from "./r2.server";

type Environment = { id: string; slug: string; projectId: string };
type Body = { payload?: unknown; options?: { payloadType?: string; lockToVersion?: string; queue?: string } };

export class TriggerTaskService extends BaseService {
  public async call(taskId: string, environment: Environment, body: Body) {
    const runFriendlyId = `run_${randomUUID()}`;

    const payloadPacket = await this.#handlePayloadPacket(
      body.payload,
      body.options?.payloadType ?? "application/json",
      runFriendlyId,
      environment
    );

    const lockId = taskIdentifierToLockId(taskId);

    const run = await $transaction(this._prisma, async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${lockId})`;

      const lockedToBackgroundWorker = body.options?.lockToVersion
        ? await tx.backgroundWorker.findUnique({
            where: { projectId: environment.projectId, version: body.options?.lockToVersion },
          })
        : undefined;

      const counter = await tx.taskRunCounter.upsert({
        where: { taskIdentifier: taskId },
        update: { lastNumber: { increment: 1 } },
        create: { taskIdentifier: taskId, lastNumber: 1 },
      });

      return await tx.taskRun.create({
        data: {
          status: "PENDING",
          number: counter.lastNumber,
          friendlyId: runFriendlyId,
          payload: payloadPacket.data ?? "",
          payloadType: payloadPacket.dataType,
          lockedToVersionId: lockedToBackgroundWorker?.id,
          queue: body.options?.queue ?? `task/${taskId}`,
        },
      });
    });

    return run;
  }

  async #handlePayloadPacket(payload: any, payloadType: string, pathPrefix: string, environment: Environment) {
    const packet = this.#createPayloadPacket(payload, payloadType);

    if (!packet.data) {
      return packet;
    }

    if (packet.data.length < 128 * 1024) {
      return packet;
    }

    const filename = `${pathPrefix}/payload.json`;

    await uploadToObjectStore(filename, packet.data, packet.dataType, environment);

    return {
      data: filename,
      dataType: "application/store",
    };
  }

  #createPayloadPacket(payload: any, payloadType: string): { data?: string; dataType: string } {
    if (payloadType === "application/json") {
      return { data: JSON.stringify(payload), dataType: "application/json" };
    }

    if (typeof payload === "string") {
      return { data: payload, dataType: payloadType };
    }

    return { dataType: payloadType };
  }
}

function taskIdentifierToLockId(taskIdentifier: string): number {
  // Convert taskIdentifier to a unique lock identifier
  return parseInt(createHash("sha256").update(taskIdentifier).digest("hex").slice(0, 8), 16);
}
