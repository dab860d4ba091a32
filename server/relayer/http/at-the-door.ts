import type { NextFunction, Request, Response } from "express";
import type { Door } from "../services/door.ts";

/** Express middleware that asks the door before a body is read: turning away must be cheap. */
export function atTheDoor(door: Door) {
  return async (_request: Request, _response: Response, next: NextFunction) => {
    await door();
    next();
  };
}
