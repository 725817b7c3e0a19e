export class Seat {
  id = 0;
  free = true;
}

export class Ticket {
  seat = 0;
}
