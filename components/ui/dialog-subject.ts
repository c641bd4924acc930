"use client";

import { createContext, type ReactNode } from "react";

export const Subject = createContext<ReactNode>(null);

/** What every dialog below it is about, such as a merchant: part of each title. */
export const DialogSubject = Subject.Provider;
