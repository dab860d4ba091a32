import type { Request, RequestHandler, Response } from "express";
import { strictJson } from "../../foundation/http/strict-json.ts";
import type { Door } from "../services/door.ts";

/** Express middleware that asks the door before a caller's signature is looked at: turning away must be cheap. */
export function askAtTheDoor(door: Door): RequestHandler {
  return async (_request, _response, next) => {
    await door.ask();
    next();
  };
}

/** Express middleware that reads the body and takes the request in hand: whoever sends one slowly keeps nobody else out. */
export function takeInHand(door: Door, bodyLimit: number): RequestHandler[] {
  const enter: RequestHandler = (request, response, next) => {
    const leave = door.enter(Number(request.headers["content-length"] ?? 0));
    response.locals["leave"] = leave;
    response.once("close", leave);
    next();
  };
  return [strictJson(bodyLimit), enter];
}

/**
 * To be called when an order is stored: it waits for its outcome now, and is in nobody's way. What it came with is stored, and
 * must not be kept in memory for as long as it waits: seconds, under load, of megabytes each.
 */
export function leaveTheDoor(request: Request, response: Response): void {
  request.body = undefined;
  (response.locals["leave"] as () => void)();
}
