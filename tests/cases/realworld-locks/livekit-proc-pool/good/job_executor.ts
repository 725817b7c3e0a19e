export interface RunningJobInfo { id: string }

export interface JobExecutor {
  start(): Promise<void>;
  initialize(): Promise<void>;
  join(): Promise<void>;
  close(): Promise<void>;
  launchJob(info: RunningJobInfo): Promise<void>;
}
