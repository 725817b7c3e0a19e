import { Model } from 'sequelize';

export class User extends Model {
  declare notificationSettings: Record<string, boolean>;

  public setNotificationEventType = (type: string, value = true) => {
    this.notificationSettings = { ...this.notificationSettings, [type]: value };
  };
}
