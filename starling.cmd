@echo off
rem Builds what is stale, quietly, and runs the Starling command line.
setlocal
set "here=%~dp0"
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"
set "DOTNET_NOLOGO=1"
where dotnet >nul 2>nul
if errorlevel 1 (
  echo error: starling needs the .NET 10 SDK. Install it from https://dot.net and try again. 1>&2
  exit /b 1
)
if not exist "%here%artifacts" mkdir "%here%artifacts"
if not exist "%here%artifacts\bin\Starling.Cli\release\starling.exe" echo building (the first time takes about a minute)... 1>&2
rem On Windows the build itself finds out what is stale.
dotnet build "%here%src\Starling.Cli" -c Release -v q -nologo >"%here%artifacts\starling.build.log" 2>&1
if errorlevel 1 (
  type "%here%artifacts\starling.build.log" 1>&2
  exit /b 1
)
"%here%artifacts\bin\Starling.Cli\release\starling.exe" %*
exit /b %errorlevel%
