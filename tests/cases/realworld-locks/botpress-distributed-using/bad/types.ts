export interface Lock {
  ressource: string;
}
