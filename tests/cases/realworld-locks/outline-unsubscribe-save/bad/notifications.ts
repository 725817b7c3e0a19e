import { transaction } from './transaction';
import type { Context } from './types';
import { User } from './User';

const handleUnsubscribe = async (ctx: Context) => {
  const { transaction } = ctx.state;
  const { userId, token } = ctx.input.query;

  if (token.length < 10) {
    ctx.redirect('/?notice=invalid-auth');
    return;
  }

  const user = await User.findByPk(userId, {
    rejectOnEmpty: true,
    lock: transaction.LOCK.UPDATE,
    transaction,
  });

  user.setNotificationEventType('documents.publish', false);
  await user.save();
  ctx.redirect('/settings/notifications?success');
};

export function routes(router: { get(path: string, ...handlers: ((ctx: Context, next: () => Promise<void>) => Promise<void>)[]): void }) {
  router.get('notifications.unsubscribe', transaction(), async (ctx) => {
    if (!ctx.input.query.follow) {
      return ctx.redirect('/api/notifications.unsubscribe?follow=true');
    }

    await handleUnsubscribe(ctx);
  });
}
